//! Prints the latest results of the benchmarks as one table.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Result of a benchmark.
struct Row {
    group: String,
    function: String,
    parameter: String,
    nanoseconds: f64,
    elements: Option<u64>,
    bytes: Option<u64>,
}

fn main() -> io::Result<()> {
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let mut rows = Vec::new();
    collect(&target.join("criterion"), &mut rows)?;
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.group.clone(), row.elements, row.function.clone());
        key(a).cmp(&key(b))
    });
    let mut out = io::stdout().lock();
    writeln!(out, "| Benchmark | Size | Time | Rows or operations per second | Proof bytes |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for row in &rows {
        let seconds = row.nanoseconds / 1e9;
        let rate = row.elements.map_or_else(String::new, |elements| rate(elements as f64 / seconds));
        let bytes = row.bytes.map_or_else(String::new, |bytes| bytes.to_string());
        let (name, size) = (format!("{} {}", row.group, row.function), &row.parameter);
        writeln!(out, "| {name} | {size} | {} | {rate} | {bytes} |", duration(seconds))?;
    }
    Ok(())
}

/// Collects the results in folders named `new`, which hold the latest ones.
fn collect(directory: &Path, rows: &mut Vec<Row>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.ends_with("new") {
                rows.push(read(&path)?);
            } else {
                collect(&path, rows)?;
            }
        }
    }
    Ok(())
}

fn read(directory: &Path) -> io::Result<Row> {
    let parse =
        |name: &str| -> io::Result<Value> { Ok(serde_json::from_slice(&fs::read(directory.join(name))?)?) };
    let (benchmark, estimates) = (parse("benchmark.json")?, parse("estimates.json")?);
    let text = |key: &str| benchmark[key].as_str().unwrap_or_default().to_owned();
    let throughput = &benchmark["throughput"];
    let both = &throughput["ElementsAndBytes"];
    Ok(Row {
        group: text("group_id"),
        function: text("function_id"),
        parameter: text("value_str"),
        nanoseconds: estimates["median"]["point_estimate"].as_f64().unwrap_or_default(),
        elements: both["elements"].as_u64().or_else(|| throughput["Elements"].as_u64()),
        bytes: both["bytes"].as_u64(),
    })
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.2} µs", s * 1e6),
    }
}

fn rate(per_second: f64) -> String {
    match per_second {
        r if r >= 1e6 => format!("{:.1} million", r / 1e6),
        r => format!("{:.0} thousand", r / 1e3),
    }
}
