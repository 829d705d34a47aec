//! `tiergate-score train`: cut off, taken up again, and what it says of its input.

#![expect(
    clippy::expect_used,
    reason = "the helpers of a test may panic like the test itself"
)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn train(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiergate-score"));
    command.arg("train").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    train(arguments).output().expect("the program runs")
}

#[track_caller]
fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    told
}

#[track_caller]
fn refused(arguments: &[&str], words: &str) {
    let output = run(arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains(words), "{told}");
}

/// Files of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder is made");
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn file(&self, name: &str, contents: &str) -> String {
        let path = self.path(name);
        fs::write(&path, contents).expect("a file is written");
        path
    }
}

fn request(text: &str) -> Value {
    json!({"messages": [{"role": "user", "content": text}]})
}

/// Rows with results, from the sample that is in the repository, again and again.
fn rows(count: usize) -> String {
    let sample = include_str!("../../../crates/tiergate-training/data/sample.jsonl");
    let rows = sample.split_inclusive('\n').cycle();
    rows.take(count).collect()
}

/// Hand-written rows, a pair and a paraphrase.
fn behaviour() -> String {
    let hard = "Prove that there are infinitely many primes.";
    let all = [
        json!({"bench": "authored_qa", "request": request("What is the capital of Peru?"), "expect_tier": [0, 1]}),
        json!({"bench": "authored_proof", "request": request(hard), "expect_tier": [3, 4]}),
        json!({"easier": request("What is the capital of Peru?"), "harder": request(hard)}),
        json!({"a": request(hard), "b": request("Show that the primes never end.")}),
    ];
    all.map(|each| each.to_string() + "\n").concat()
}

/// A training that waits for more rows from a pipe, killed as soon as something is so.
fn cut_off(arguments: &[&str], piped: &str, until: impl Fn() -> bool) {
    let mut child: Child = train(arguments)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(piped.as_bytes()).expect("it reads");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    told.next().expect("a line").expect("text");
    while !until() {
        let ended = child.try_wait().expect("it can be asked");
        assert!(ended.is_none(), "it ended before it was cut off");
        std::thread::yield_now();
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
}

#[cfg(unix)]
#[test]
fn a_training_that_was_killed_ends_with_the_same_bytes() {
    let folder = Folder::new("killed");
    let (first, second) = (rows(90), rows(6_000) + &behaviour());
    let (first, second) = (
        folder.file("first.jsonl", &first),
        folder.file("second.jsonl", &second),
    );
    let (whole, resumed) = (folder.path("whole.bin"), folder.path("resumed.bin"));
    done(&[&first, &second, "--out", &whole]);
    let state = folder.path("state");
    // all of the first file and most of the second, which is a pipe that stays open
    let most: String = rows(5_500);
    let piped = ["/dev/stdin", "--out", &resumed, "--resume", &state];
    let kept = || fs::metadata(&state).is_ok_and(|file| file.len() > 1_000_000);
    cut_off(&[&[&first[..]], &piped[..]].concat(), &most, kept);
    assert!(!Path::new(&resumed).exists());
    let told = done(&[&first, &second, "--out", &resumed, "--resume", &state]);
    assert!(told.contains("going on after 5"), "{told}");
    let bytes = |path: &str| fs::read(path).expect("weights");
    assert!(bytes(&whole) == bytes(&resumed));
    assert!(
        !Path::new(&state).exists(),
        "a training that is done keeps nothing"
    );
}

#[cfg(unix)]
#[test]
fn a_checkpoint_of_another_training_is_refused_and_stays() {
    let folder = Folder::new("foreign");
    let (data, more) = (
        folder.file("rows.jsonl", &rows(90)),
        folder.file("more.jsonl", &behaviour()),
    );
    let (out, state) = (folder.path("out.bin"), folder.path("state"));
    let kept = || Path::new(&state).exists();
    cut_off(
        &[&data, "/dev/stdin", "--out", &out, "--resume", &state],
        "",
        kept,
    );
    let before = fs::read(&state).expect("a checkpoint");
    let with = |data: &[&str], options: &[&str], words: &str| {
        let given = ["--out", &out, "--resume", &state];
        refused(&[data, &given, options].concat(), words);
        assert!(fs::read(&state).expect("a checkpoint") == before && !Path::new(&out).exists());
    };
    let other = folder.file("other.jsonl", &rows(91)[rows(1).len()..]);
    with(
        &[&other, &more],
        &[],
        "other.jsonl, line 90: up to here the checkpoint is of other lines",
    );
    let few = folder.file("few.jsonl", &rows(80));
    with(
        &[&few],
        &[],
        "the files have 80 lines, and the checkpoint is of 90",
    );
    let recipe = include_str!("../../../crates/tiergate-training/data/recipe.json");
    let recipe = folder.file(
        "recipe.json",
        &recipe.replace("\"passes\": 3", "\"passes\": 2"),
    );
    with(&[&data, &more], &["--recipe", &recipe], "another recipe");
    with(
        &[&data, &more],
        &["--leave-out", "mmlu"],
        "other rows left out",
    );
    refused(&[&data, "--out", &state, "--resume", &state], "two files");
    fs::write(&state, &before[..before.len() / 2]).expect("it is torn");
    refused(
        &[&data, &more, "--out", &out, "--resume", &state],
        "state: the checkpoint is cut off or damaged",
    );
    fs::write(&state, "my notes").expect("it is written");
    refused(
        &[&data, &more, "--out", &out, "--resume", &state],
        "state: this is not a checkpoint",
    );
    assert!(!Path::new(&out).exists());
}

#[test]
fn progress_is_plain_lines_in_a_pipe_and_nothing_when_quiet() {
    let folder = Folder::new("progress");
    let data = folder.file("rows.jsonl", &(rows(90) + &behaviour()));
    let out = folder.path("out.bin");
    let told = done(&[&data, "--out", &out]);
    for words in [
        "reading rows.jsonl: 94 rows",
        "fitting\n",
        "bending, pass 3 of 3\n",
        "sha256",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    assert!(!told.contains('\r') && !told.contains('\x1b'), "{told}");
    let told = done(&[&data, "--out", &out, "--quiet"]);
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn a_broken_line_is_told_with_its_file_and_what_it_is() {
    let folder = Folder::new("broken");
    let out = folder.path("out.bin");
    let hi = request("hi");
    for (line, words) in [
        (
            json!({"a": hi, "b": 7}),
            "line 91: 'b' of the paraphrase is not a valid request",
        ),
        (json!({"a": hi}), "line 91: a paraphrase without 'b'"),
        (json!({"harder": hi}), "line 91: a pair without 'easier'"),
        (json!({"bench": "words"}), "line 91: a line needs 'request'"),
    ] {
        let data = folder.file("rows.jsonl", &format!("{}{line}\n", rows(90)));
        refused(&[&data, "--out", &out], &format!("rows.jsonl, {words}"));
    }
    assert!(!Path::new(&out).exists());
}
