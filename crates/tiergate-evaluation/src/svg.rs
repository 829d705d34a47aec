//! The cost–quality frontier as a picture.

use std::fmt::Write;

use crate::hull::Point;
use crate::ladder::TIERS;
use crate::tiers::TierReport;

/// The picture's size and its inner frame, in pixels.
const SIZE: (f64, f64) = (760.0, 480.0);
const FRAME: [f64; 4] = [70.0, 60.0, 730.0, 420.0];

/// Colours that read on white and on black; text and lines follow the reader's scheme.
const STYLE: &str = "<style>\
text{font:13px system-ui,sans-serif;fill:#222}\
.title{font-size:15px;font-weight:600}\
.grid{stroke:#8884;stroke-width:1}\
.axis{stroke:#666;stroke-width:1}\
.line{fill:none;stroke:currentColor;stroke-width:2.5}\
.dot{fill:currentColor}\
.scorer{color:#2a7de1}\
.length{color:#d9822b;stroke-dasharray:7 4}\
.random{color:#888;stroke-dasharray:2 4}\
.oracle{color:#2a9d5c}\
.paper{fill:#fff}\
@media (prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}.paper{fill:#16181c}}\
</style>";

/// Draws cost against quality: the scorer's frontier, the one of `length` where it is given, random
/// mixing, the oracle, each tier alone, and the thresholds as shipped.
pub fn chart(scorer: &TierReport, length: Option<&TierReport>) -> String {
    let length = length.map(|report| report.frontier.points());
    let (frontier, random) = (scorer.frontier.points(), scorer.random.points());
    let scale = Scale::over([frontier, random, &[scorer.oracle], &scorer.fixed]);
    let mut svg = String::new();
    let (width, height) = SIZE;
    let title = format!("Cost and quality: {}, {}", scorer.name, scorer.prices);
    // writing to a string cannot fail
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\
         <title>{}</title>{STYLE}<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>",
        escaped(&title)
    );
    text(&mut svg, (FRAME[0], 26.0), "class=\"title\"", &title);
    axes(&mut svg, &scale);
    line(&mut svg, &scale, random, "random");
    if let Some(length) = length {
        line(&mut svg, &scale, length, "length");
    }
    line(&mut svg, &scale, frontier, "scorer");
    for (tier, point) in TIERS.iter().zip(&scorer.fixed) {
        mark(&mut svg, &scale, point, "random", tier);
    }
    mark(&mut svg, &scale, &scorer.oracle, "oracle", "oracle");
    let shipped = Point {
        cost: scorer.as_shipped.cost,
        quality: scorer.as_shipped.quality,
    };
    mark(&mut svg, &scale, &shipped, "scorer", "as shipped");
    legend(&mut svg, length.is_some());
    svg.push_str("</svg>\n");
    svg
}

/// From qualities to pixels.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn over<const N: usize>(points: [&[Point]; N]) -> Self {
        let all = || points.iter().flat_map(|each| each.iter());
        let low = all().map(|point| point.quality).fold(1.0, f64::min);
        let high = all().map(|point| point.quality).fold(0.0, f64::max);
        // whole tenths, so that the grid has round labels
        Self {
            low: (low * 10.0).floor() / 10.0,
            high: ((high * 10.0).ceil() / 10.0).max((low * 10.0).floor() / 10.0 + 0.1),
        }
    }

    fn y(&self, quality: f64) -> f64 {
        let height = (quality - self.low) / (self.high - self.low);
        FRAME[3] - height.clamp(0.0, 1.0) * (FRAME[3] - FRAME[1])
    }
}

/// Costs go from 0 to flagship's.
fn x_of(cost: f64) -> f64 {
    FRAME[0] + cost.clamp(0.0, 1.0) * (FRAME[2] - FRAME[0])
}

fn axes(svg: &mut String, scale: &Scale) {
    let [left, top, right, bottom] = FRAME;
    for nth in 0..=5 {
        let share = f64::from(nth) / 5.0;
        let x = x_of(share);
        stroke(svg, "grid", [x, top, x, bottom]);
        let label = format!("{:.0} %", share * 100.0);
        text(svg, (x, bottom + 18.0), "text-anchor=\"middle\"", &label);
    }
    for nth in 0..=10 {
        let quality = f64::from(nth) / 10.0;
        if quality < scale.low - 1e-9 || quality > scale.high + 1e-9 {
            continue;
        }
        let y = scale.y(quality);
        stroke(svg, "grid", [left, y, right, y]);
        let label = format!("{:.0} %", quality * 100.0);
        text(svg, (left - 8.0, y + 4.0), "text-anchor=\"end\"", &label);
    }
    stroke(svg, "axis", [left, bottom, right, bottom]);
    stroke(svg, "axis", [left, top, left, bottom]);
    let middle = "text-anchor=\"middle\"";
    let below = (f64::midpoint(left, right), bottom + 42.0);
    text(svg, below, middle, "cost, share of always flagship");
    let turned = format!(
        "{middle} transform=\"rotate(-90 20 {})\"",
        f64::midpoint(top, bottom)
    );
    text(
        svg,
        (20.0, f64::midpoint(top, bottom)),
        &turned,
        "mean result",
    );
}

fn line(svg: &mut String, scale: &Scale, points: &[Point], class: &str) {
    let _ = write!(svg, "<polyline class=\"line {class}\" points=\"");
    // beyond its last corner the best quality stays
    let end = points.last().map(|last| Point { cost: 1.0, ..*last });
    for point in points.iter().copied().chain(end) {
        let _ = write!(
            svg,
            "{:.1},{:.1} ",
            x_of(point.cost),
            scale.y(point.quality)
        );
    }
    svg.push_str("\"/>");
}

fn mark(svg: &mut String, scale: &Scale, point: &Point, class: &str, label: &str) {
    let (x, y) = (x_of(point.cost), scale.y(point.quality));
    let _ = write!(
        svg,
        "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>"
    );
    // a tier's label stands below its dot; the scorer's own above, where no line crosses it
    let (mut x, mut y, mut anchor) = (x + 8.0, y + 15.0, "start");
    if class == "scorer" && x > FRAME[0] + 90.0 {
        (x, y, anchor) = (x - 16.0, y - 24.0, "end");
    } else if x > FRAME[2] - 90.0 {
        (x, anchor) = (x - 16.0, "end");
    }
    text(svg, (x, y), &format!("text-anchor=\"{anchor}\""), label);
}

fn legend(svg: &mut String, with_length: bool) {
    let entries = [
        ("scorer", "scorer", true),
        ("length", "length", with_length),
        ("random", "random mix of tiers", true),
    ];
    let mut x = FRAME[0];
    for (class, label, _) in entries.iter().filter(|(_, _, shown)| *shown) {
        let _ = write!(
            svg,
            "<line class=\"line {class}\" x1=\"{x}\" y1=\"44\" x2=\"{}\" y2=\"44\"/>",
            x + 26.0
        );
        text(svg, (x + 32.0, 48.0), "", label);
        x += 110.0;
    }
}

fn stroke(svg: &mut String, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
    let _ = write!(
        svg,
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), attributes: &str, label: &str) {
    let label = escaped(label);
    let _ = write!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{label}</text>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ladder, Outcome, tiers};

    #[test]
    fn has_every_part_and_is_well_formed() {
        let row = |nth: u32| Outcome {
            score: f64::from(nth),
            tiers: std::array::from_fn(|tier| f64::from(u8::from(20 * tier + 20 > nth as usize))),
            weight: 1.0,
        };
        let rows: Vec<Outcome> = (0..100).map(row).collect();
        let report = tiers(
            "a<b & c",
            &rows,
            &Ladder::LIST_2026,
            &[20.0, 40.0, 60.0, 80.0],
            1,
        );
        let report = report.unwrap();
        let svg = chart(&report, Some(&report));
        for part in [
            "cost, share",
            "mean result",
            "oracle",
            "as shipped",
            "random mix",
            "length",
        ] {
            assert!(svg.contains(part), "{part}");
        }
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert!(svg.contains("a&lt;b &amp; c") && !svg.contains("a<b"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        for tag in ["text", "title", "style", "svg"] {
            let (opened, closed) = (format!("<{tag}"), format!("</{tag}>"));
            assert_eq!(
                svg.matches(&opened).count(),
                svg.matches(&closed).count(),
                "{tag}"
            );
        }
        assert!(!chart(&report, None).contains("class=\"line length\""));
    }
}
