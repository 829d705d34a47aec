use std::collections::*;
fn main() {
    let o = bpe_openai::o200k_base(); let c = bpe_openai::cl100k_base();
    let cost = |s: &str| o.count(s).max(c.count(s));
    // 2-byte
    let mut h: BTreeMap<usize, usize> = BTreeMap::new();
    let mut block: BTreeMap<u32, (usize, usize, f64)> = BTreeMap::new();
    for cp in 0x80u32..0x110000 {
        if (0x30000..0xE0000).contains(&cp) || cp > 0xE0200 { continue; }
        let Some(ch) = char::from_u32(cp) else { continue };
        let s = ch.to_string(); let k = cost(&s); *h.entry(s.len() * 10 + k).or_default() += 1;
        let b = if cp < 0x800 { cp >> 6 } else if cp < 0x10000 { 0x1000 + (cp >> 6) } else { 0x100000 + (cp >> 6) };
        let e = block.entry(b).or_insert((0, 0, 0.0)); e.0 = e.0.max(k); e.1 += 1; e.2 += k as f64;
    }
    println!("{h:?}");
    for (b, (m, n, sum)) in &block { println!("B {b:x} max {m} n {n} mean {:.2}", sum / *n as f64); }
    // random lowercase
    let mut seed = 1u64; let mut rnd = move || { seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); (seed >> 33) as usize };
    for (name, alpha) in [("lower", "abcdefghijklmnopqrstuvwxyz"), ("rare", "bcdfghjkqvwxz"), ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("mixed", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("b64", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] {
        let a: Vec<char> = alpha.chars().collect();
        for l in [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 40, 200] {
            let mut hist = BTreeMap::new(); let n = 20000; let mut tot = 0;
            for _ in 0..n { let s: String = std::iter::once(' ').chain((0..l).map(|_| a[rnd() % a.len()])).collect(); let k = cost(&s); tot += k; *hist.entry(k).or_insert(0) += 1; }
            println!("{name} {l} mean {:.2} max {:?}", tot as f64 / n as f64, hist.iter().rev().take(2).collect::<Vec<_>>());
        }
    }
    for p in ["!", "\"", "#", "$", "%", "&", "'", "(", ")", "*", "+", ",", "-", ".", "/", ":", ";", "<", "=", ">", "?", "@", "[", "\\", "]", "^", "_", "`", "{", "|", "}", "~", " ", "\n", "\t", "\r", "0", "\u{1}", "\u{7f}"] {
        print!("{p:?}: "); for n in [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 17, 20, 31, 32, 33, 48, 64, 65, 100, 128, 200] { print!("{}:{} ", n, cost(&p.repeat(n))); } println!();
    }
    let a: Vec<char> = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".chars().collect();
    let w: Vec<char> = " \n\t\r".chars().collect();
    for (nm, a) in [("punct", a), ("white", w)] { for l in [1, 2, 3, 4, 6, 8, 16, 32, 64, 200] { let (mut t, mut m) = (0, 0); for _ in 0..5000 { let s: String = (0..l).map(|_| a[rnd() % a.len()]).collect(); let k = cost(&s); t += k; m = m.max(k); } println!("{nm} {l} mean {:.2} max {m}", t as f64 / 5000.0); } }
}
