//! The plot of the time per row, from the measured table in `design/pipeline.md`.

use std::fs;

use crate::{
    marked::root,
    svg::{Svg, colour},
};

/// A row of the table: the logarithm of the number of rows, and microseconds per row with one and with two threads.
struct Measured {
    log2: u32,
    per_row: [f64; 2],
}

fn measured() -> Vec<Measured> {
    let page = fs::read_to_string(root().join("docs/src/design/pipeline.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| 2^")?.split('|').map(str::trim).collect();
        let seconds = |cell: &str| cell.strip_suffix(" s")?.parse::<f64>().ok();
        let log2: u32 = cells.first()?.parse().ok()?;
        let per_row = |cell: &str| Some(seconds(cell)? * 1e6 / f64::from(1_u32 << log2));
        Some(Measured { log2, per_row: [per_row(cells.get(1)?)?, per_row(cells.get(2)?)?] })
    });
    rows.collect()
}

#[test]
fn the_plot_of_the_time_per_row_is_up_to_date() {
    const LEFT: f64 = 60.0;
    const BOTTOM: f64 = 250.0;
    const STEP: f64 = 90.0;
    /// Of a microsecond.
    const HEIGHT: f64 = 7.0;
    let rows = measured();
    assert!(rows.len() > 3, "the table has no rows");
    let right = LEFT + STEP * rows.len() as f64;
    let mut svg = Svg::new(right + 40.0, BOTTOM + 60.0);
    for micros in (0..=30).step_by(10) {
        let y = BOTTOM - f64::from(micros) * HEIGHT;
        svg.line(&[(LEFT, y), (right, y)], "#bbb");
        svg.text(LEFT - 22.0, y + 4.0, 12.0, &micros.to_string());
    }
    svg.label(LEFT - 30.0, 22.0, 13.0, "µs per row");
    for (number, threads) in ["one thread", "two threads"].into_iter().enumerate() {
        let x = |row: usize| LEFT + STEP * (row as f64 + 0.5);
        let y = |row: &Measured| BOTTOM - row.per_row[number] * HEIGHT;
        let points: Vec<_> = rows.iter().enumerate().map(|(at, row)| (x(at), y(row))).collect();
        svg.line(&points, "#555");
        for ((at, top), row) in points.iter().zip(&rows) {
            svg.rect(at - 4.0, top - 4.0, 8.0, 8.0, colour(number * 2));
            svg.text(*at, top - 10.0, 11.0, &format!("{:.1}", row.per_row[number]));
        }
        svg.label(right - 70.0, points.last().unwrap().1 + 20.0, 12.0, threads);
    }
    for (at, row) in rows.iter().enumerate() {
        svg.text(LEFT + STEP * (at as f64 + 0.5), BOTTOM + 20.0, 12.0, &format!("2^{}", row.log2));
    }
    svg.text(f64::midpoint(LEFT, right), BOTTOM + 44.0, 13.0, "rows");
    svg.check("scaling.svg");
}
