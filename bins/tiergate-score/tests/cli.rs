//! The commands as a shell sees them.

#![expect(
    clippy::expect_used,
    reason = "the helpers of a test may panic like the test itself"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tiergate-score");
const HI: &str = r#"{"messages":[{"role":"user","content":"thanks!"}]}"#;
const HARD: &str = r#"{"model":"auto","messages":[{"role":"user","content":"Prove that there are infinitely many primes."}]}"#;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

#[track_caller]
fn given(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    let (out, told) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{told}");
    out
}

#[track_caller]
fn refused(arguments: &[&str], input: &str, words: &str) {
    let output = run(arguments, input);
    assert!(!output.status.success());
    let told = text(&output.stderr);
    assert!(told.contains(words), "{told}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of this test run.
fn file(name: &str, contents: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    let path = folder.join(name);
    let folder = path.parent().expect("a folder");
    std::fs::create_dir_all(folder).expect("a folder is made");
    std::fs::write(&path, contents).expect("a file is written");
    path.display().to_string()
}

fn request(text: &str) -> Value {
    json!({"messages": [{"role": "user", "content": text}]})
}

/// Labelled rows of one bench: on the longer prompts only flagship succeeds.
fn labelled() -> String {
    let row = |nth: usize| {
        let result = if nth >= 40 { 0.0 } else { 1.0 };
        let prompt = request(&"word ".repeat(nth + 1));
        let tiers = json!({"nano": result, "small": result, "standard": result, "premium": result, "flagship": 1.0});
        json!({"id": nth.to_string(), "bench": "words", "request": prompt, "models": {}, "tiers": tiers}).to_string()
    };
    let authored =
        json!({"bench": "authored_ack", "request": request("hi"), "expect_tier": [0, 1]});
    let mut rows: Vec<String> = (0..80).map(row).collect();
    rows.push(authored.to_string());
    rows.join("\n")
}

#[test]
fn score_gives_one_object_a_line() {
    let out = given(&["score"], &format!("{HI}\n\n{HARD}"));
    let rows: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["tier"], "nano");
    assert!(rows[1]["score"].as_u64() > rows[0]["score"].as_u64());
    let success = rows[1]["success"].as_array().expect("an array");
    assert_eq!(success.len(), 5);
    assert!(
        success
            .iter()
            .all(|p| (0.0..=1.0).contains(&p.as_f64().expect("a number")))
    );
}

#[test]
fn score_answers_before_its_input_ends() {
    let mut child = Command::new(PROGRAM)
        .arg("score")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for _ in 0..3 {
        writeln!(stdin, "{HI}").expect("it reads");
        let line = lines.next().expect("a line").expect("text");
        assert!(line.contains("\"score\""), "{line}");
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn score_names_the_line_at_fault_after_what_went_well() {
    let output = run(&["score"], &format!("{HI}\n\nnot json\n{HI}\n"));
    assert!(!output.status.success());
    assert_eq!(text(&output.stdout).lines().count(), 1);
    let told = text(&output.stderr);
    assert!(told.starts_with("error: line 3: "), "{told}");
    refused(&["score"], r#"{"messages":[]}"#, "line 1: 'messages'");
}

#[test]
fn score_takes_other_thresholds() {
    let out = given(&["score", "--thresholds", "1,1,1,1"], HI);
    assert!(out.contains("\"flagship\""), "{out}");
    refused(&["score", "--thresholds", "9,8,7,6"], "", "rise");
    refused(&["score", "--thresholds", "1,2"], "", "four whole numbers");
    refused(&["score", "--weights", "x.bin"], "", "x.bin");
}

#[test]
fn eval_measures_compares_and_draws() {
    let data = file("rows.jsonl", &labelled());
    let (report, picture) = (file("report.json", ""), file("frontier.svg", ""));
    let arguments = [
        "eval",
        &data,
        "--against",
        "length,random",
        "--json",
        &report,
        "--svg",
        &picture,
    ];
    let out = given(&arguments, "");
    for part in [
        "== shipped ==",
        "== length ==",
        "== random ==",
        "words small>flagship",
        "AIQ",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let report = std::fs::read_to_string(report).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let length = &report["reports"][1];
    assert_eq!(length["scorer"], "length");
    // length orders these rows perfectly: PGR rises in a line to 1 at one half
    let pair = &length["pairs"][0];
    assert!((pair["apgr"].as_f64().expect("a figure") - 0.75).abs() < 1e-9);
    assert!((pair["auc_fails"].as_f64().expect("a figure") - 1.0).abs() < 1e-9);
    assert_eq!(report["reports"][0]["behaviour"]["n"], 1);
    let picture = std::fs::read_to_string(picture).expect("a picture");
    assert!(picture.starts_with("<svg") && picture.contains("length"));
}

#[test]
fn eval_judges_foreign_scores() {
    let data = file("foreign-rows.jsonl", &labelled());
    let scores: Vec<String> = (0..81).map(|nth| format!("{{\"score\":{nth}}}")).collect();
    let scores = file("scores.txt", &scores.join("\n"));
    let out = given(
        &["eval", &data, "--scores", &scores, "--resamples", "0"],
        "",
    );
    assert!(out.contains("APGR 0.750"), "{out}");
    let few = file("few.txt", "1\n2\n");
    refused(
        &["eval", &data, "--scores", &few],
        "",
        "2 scores for 81 requests",
    );
    let wrong = file("wrong.txt", "1\n\"x\"\n");
    refused(
        &["eval", &data, "--scores", &wrong],
        "",
        "wrong.txt, line 2",
    );
}

#[test]
fn eval_reads_a_held_out_directory() {
    let row = |nth: usize| {
        let weak = f64::from(u8::from(nth < 20));
        let models = json!({"mixtral-8x7b-instruct": weak, "gpt-4-1106-preview": 1.0});
        json!({"bench": "mmlu", "split": "id", "request": request(&"a ".repeat(nth + 1)), "models": models, "tiers": {}})
    };
    let bench: Vec<String> = (0..40).map(|nth| row(nth).to_string()).collect();
    let folder = PathBuf::from(file("held/bench.jsonl", &bench.join("\n")));
    let behaviour = json!({"sub": "ack", "request": request("ok"), "expect_tier": [0, 1]});
    file("held/behaviour.jsonl", &behaviour.to_string());
    let hard = json!({"bench": "arena_hard", "request": request("Prove it by induction.")});
    file("held/unlabelled.jsonl", &hard.to_string());
    let pair = json!({"a": request("What is 2+2?"), "b": request("What is two plus two?")});
    file("held/robust_pairs.jsonl", &pair.to_string());
    let folder = folder.parent().expect("a folder").display().to_string();
    let out = given(&["eval", &folder], "");
    for part in [
        "mmlu mixtral>gpt4",
        "in-distribution",
        "hard prompts, 1",
        "paraphrases, 1",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn eval_names_file_and_line() {
    let data = file(
        "bad.jsonl",
        &format!("{}\n{{\"request\":7}}\n", json!({"request": request("hi")})),
    );
    refused(&["eval", &data], "", "bad.jsonl, line 2");
    refused(&["eval", "/nowhere.jsonl"], "", "/nowhere.jsonl");
    let unlabelled = file("bare.jsonl", &json!({"request": request("hi")}).to_string());
    let picture = file("none.svg", "");
    refused(&["eval", &unlabelled, "--svg", &picture], "", "no frontier");
}

#[test]
fn tune_prints_a_fragment_to_paste_and_its_doubts() {
    let record = |nth: usize| {
        let tier = ["nano", "small", "standard", "premium", "flagship"][nth % 5];
        let feedback = if nth.is_multiple_of(7) { "bad" } else { "good" };
        json!({"request": request(&"word ".repeat(nth % 50 + 1)), "tier": tier, "feedback": feedback, "domain": "words"})
            .to_string()
    };
    let logs: Vec<String> = (0..60).map(record).collect();
    let logs = file("logs.jsonl", &logs.join("\n"));
    let report = file("tuning.json", "");
    let out = given(&["tune", &logs, "--keep", "0.95", "--json", &report], "");
    let last = out.lines().last().expect("a line");
    assert!(last.starts_with("routing: {thresholds: {small: "), "{last}");
    assert!(
        out.lines().rev().skip(1).all(|line| line.starts_with('#')),
        "{out}"
    );
    assert!(
        out.contains("TOO FEW ROWS") && out.contains("words"),
        "{out}"
    );
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(report).expect("a report")).expect("JSON");
    let thresholds: Vec<u64> = report["thresholds"]
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    assert!(
        thresholds.len() == 4 && thresholds.is_sorted(),
        "{thresholds:?}"
    );
    assert!(given(&["tune", &logs, "--per-success", "20"], "").contains("0.5000"));
}

#[test]
fn tune_knows_models_of_the_catalogue_and_says_what_it_does_not() {
    let line =
        |model: &str| json!({"request": request("hi"), "model": model, "outcome": 1}).to_string();
    let known = file("known.jsonl", &line("gpt-5-nano"));
    assert!(given(&["tune", &known], "").contains("1 requests, 1 of them judged"));
    let unknown = file("unknown.jsonl", &line("no-such-model"));
    refused(&["tune", &unknown], "", "unknown.jsonl, line 1");
    refused(&["tune", &known, "--keep", "1.5"], "", "at most 1");
    refused(&["tune", &known, "--prices", "5,4,3,2,1"], "", "rising");
    let empty = file("empty.jsonl", "\n");
    refused(&["tune", &empty], "", "no records");
}

#[test]
fn tune_takes_rows_of_the_gateway_beside_requests() {
    let row = |nth: u64| {
        json!({"request_id": format!("req_{nth}"), "score": nth, "success": [0.52, 0.71, 0.86, 0.93, 0.97],
            "tier": "small", "model": "of-the-house", "feedback": 0.5, "source": "shadow"})
        .to_string()
    };
    let rows: Vec<String> = (1..=30).map(row).collect();
    let rated = file("rated.jsonl", &rows.join("\n"));
    assert!(given(&["tune", &rated], "").contains("30 requests, 30 of them judged"));
    let own = json!({"request": request("hi"), "tier": "nano", "feedback": "good"}).to_string();
    let mixed = file("mixed.jsonl", &format!("{}\n{own}\n{}", rows[0], rows[1]));
    let out = given(&["tune", &mixed, &rated], "");
    assert!(out.contains("33 requests, 33 of them judged"), "{out}");
    let bare = json!({"tier": "nano", "feedback": "good"}).to_string();
    let bare = file("neither.jsonl", &format!("{}\n{bare}", rows[0]));
    let words = "neither.jsonl, line 2: a record needs the request, or its score and success";
    refused(&["tune", &bare], "", words);
    let thousandths = rows[0].replace("0.52,0.71", "520,710");
    let thousandths = file("thousandths.jsonl", &thousandths);
    refused(
        &["tune", &thousandths],
        "",
        "line 1: success must be five numbers from 0 to 1",
    );
}

#[test]
fn tune_counts_the_score_of_the_row() {
    let out = |score: u8| {
        let row = json!({"score": score, "success": [0.5, 0.6, 0.7, 0.8, 0.9], "tier": "small", "feedback": "good"});
        given(
            &[
                "tune",
                &file(&format!("score-{score}.jsonl"), &row.to_string()),
            ],
            "",
        )
    };
    let in_use = |out: String| {
        let line = out.lines().find(|line| line.contains("thresholds in use"));
        line.expect("a line").to_owned()
    };
    assert!(in_use(out(3)).contains("nano 100.0 %"));
    assert!(in_use(out(90)).contains("flagship 100.0 %"));
}
