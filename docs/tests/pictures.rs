//! Pictures of the trace.

use std::fmt::Write as _;

use miden_core::trace::{COLUMNS, WIDTH, chiplets, decoder, range, stack, system};

use crate::{
    example::Example,
    svg::{Svg, colour},
};

#[test]
fn the_picture_of_a_row_is_up_to_date() {
    const CELL: f64 = 22.0;
    let parts = [
        ("system", system::ADV.end()),
        ("decoder", decoder::DONE.end()),
        ("stack", stack::OVERFLOW_POP.end()),
        ("range", range::BYTE_MULTIPLICITY.end()),
        ("chiplets", chiplets::M.end()),
    ];
    assert_eq!(parts.last().map(|(_, end)| *end), Some(WIDTH));
    let mut svg = Svg::new(20.0 + 43.0 * CELL + 20.0, 5.0 * 82.0 + 10.0);
    let mut start = 0;
    for (i, (part, end)) in parts.into_iter().enumerate() {
        let y = 34.0 + 82.0 * i as f64;
        svg.label(20.0, y - 12.0, 14.0, &format!("{part}: columns {start} to {}", end - 1));
        for column in COLUMNS.iter().filter(|column| (start..end).contains(&column.start())) {
            let x = |index: usize| 20.0 + (index - start) as f64 * CELL;
            for index in column.range() {
                svg.rect(x(index), y, CELL, 26.0, colour(i));
            }
            let (first, last) = (column.first_number(), column.first_number() + column.width() - 1);
            let name = column.name();
            let text = if column.width() == 1 { name.into() } else { format!("{name}{first}..{last}") };
            // Names wider than their cell go one line lower, every other one.
            let lower = column.width() == 1 && column.start() % 2 == 1;
            let y = y + if lower { 52.0 } else { 39.0 };
            svg.text((x(column.start()) + x(column.end())) / 2.0, y, 11.0, &text);
        }
        start = end;
    }
    svg.check("row.svg");
}

#[test]
fn the_picture_of_the_sections_is_up_to_date() {
    const BAND_WIDTH: f64 = 210.0;
    const HEIGHT: f64 = 44.0;
    const TOP: f64 = 40.0;
    let example = Example::new();
    let parts = example.trace.part_rows();
    let rows = example.trace.num_rows();
    let chiplets = [
        ("hasher", parts.hasher),
        ("bitwise", parts.bitwise),
        ("memory", parts.memory),
        ("Merkle", parts.merkle),
        ("kernel", parts.kernel),
    ];
    let stacked = |sections: &[(&str, usize)], rest: &str| {
        let mut start = 0;
        let mut bands: Vec<(String, String)> = Vec::new();
        for (name, count) in sections {
            let mut text = String::from("empty");
            if *count > 0 {
                text.clear();
                let _ = write!(text, "rows {start} to {}", start + count - 1);
            }
            bands.push(((*name).to_owned(), text));
            start += count;
        }
        bands.push((rest.to_owned(), format!("rows {start} to {}", rows - 1)));
        bands
    };
    let columns = [
        ("execution", stacked(&[("inputs, cycles, outputs", parts.execution)], "HALT repeated")),
        ("range list", stacked(&[("values in use, fillers", parts.range)], "65535 repeated")),
        ("chiplets", stacked(&chiplets, "padding")),
    ];
    let tallest = columns.iter().map(|(_, bands)| bands.len()).max().unwrap_or(1) as f64;
    let mut svg = Svg::new(3.0 * (BAND_WIDTH + 20.0) + 20.0, TOP + tallest * HEIGHT + 20.0);
    for (i, (title, bands)) in columns.iter().enumerate() {
        let x = 20.0 + i as f64 * (BAND_WIDTH + 20.0);
        svg.text(x + BAND_WIDTH / 2.0, TOP - 12.0, 15.0, title);
        // The last band reaches to the bottom.
        for (j, (name, text)) in bands.iter().enumerate() {
            let y = TOP + j as f64 * HEIGHT;
            let is_last = j + 1 == bands.len();
            let height = if is_last { TOP + tallest * HEIGHT - y } else { HEIGHT };
            svg.rect(x, y, BAND_WIDTH, height, if is_last { colour(7) } else { colour(j) });
            svg.text(x + BAND_WIDTH / 2.0, y + height / 2.0 - 3.0, 13.0, name);
            svg.text(x + BAND_WIDTH / 2.0, y + height / 2.0 + 14.0, 12.0, text);
        }
    }
    svg.check("sections.svg");
}

#[test]
fn the_picture_of_the_storage_is_up_to_date() {
    const WIDTH: f64 = 180.0;
    const HEIGHT: f64 = 64.0;
    // A column for the machine, one for the host, one for the file.
    let mut svg = Svg::new(860.0, 360.0);
    let mut place = |x: f64, y: f64, index: usize, title: &str, text: &str| {
        svg.rect(x, y, WIDTH, HEIGHT, colour(index));
        svg.text(x + WIDTH / 2.0, y + 27.0, 15.0, title);
        svg.text(x + WIDTH / 2.0, y + 47.0, 12.0, text);
    };
    place(40.0, 50.0, 1, "wrapper", "root context");
    place(40.0, 170.0, 0, "program", "a context of its own");
    place(300.0, 110.0, 2, "kernel", "root in its memory");
    place(480.0 + 80.0, 110.0, 3, "host", "trusted for nothing");
    place(560.0, 260.0, 4, "storage file", "nodes, versions, log");
    // What goes from one to the other.
    svg.arrow(130.0, 114.0, 130.0, 168.0);
    svg.label(138.0, 146.0, 12.0, "call");
    svg.arrow(220.0, 190.0, 298.0, 158.0);
    svg.label(226.0, 206.0, 12.0, "syscall");
    svg.arrow(220.0, 74.0, 298.0, 124.0);
    svg.label(262.0, 88.0, 12.0, "ROOT");
    svg.arrow(480.0, 130.0, 558.0, 130.0);
    svg.label(489.0, 122.0, 12.0, "key, root");
    svg.arrow(560.0, 156.0, 482.0, 156.0);
    svg.label(489.0, 174.0, 12.0, "nodes");
    svg.arrow(620.0, 260.0, 620.0, 176.0);
    svg.label(520.0, 222.0, 12.0, "nodes on paths");
    svg.arrow(680.0, 174.0, 680.0, 258.0);
    svg.label(690.0, 214.0, 12.0, "writes, after");
    svg.label(690.0, 230.0, 12.0, "success");
    svg.arrow(130.0, 18.0, 130.0, 48.0);
    svg.label(138.0, 32.0, 12.0, "ROOT, inputs");
    svg.arrow(70.0, 48.0, 70.0, 18.0);
    svg.label(4.0, 12.0, 12.0, "ROOT', outputs");
    svg.check("storage.svg");
}

#[test]
fn the_picture_of_a_run_on_storage_is_up_to_date() {
    const HEIGHT: f64 = 56.0;
    const HOST: f64 = 20.0;
    const ROOT: f64 = 130.0;
    const OWN: f64 = 240.0;
    let mut svg = Svg::new(960.0, 310.0);
    let mut place = |(x, width): (f64, f64), y: f64, index: usize, title: &str, text: &str| {
        svg.rect(x, y, width, HEIGHT, colour(index));
        svg.text(x + width / 2.0, y + 24.0, 15.0, title);
        svg.text(x + width / 2.0, y + 43.0, 12.0, text);
    };
    // From left to right as time passes; a row for each context.
    place((270.0, 400.0), HOST, 3, "host", "trusted for nothing");
    place((790.0, 150.0), HOST, 4, "database", "nodes, versions, log");
    place((110.0, 120.0), ROOT, 1, "ENTER", "word 0 := ROOT");
    place((270.0, 180.0), ROOT, 2, "kernel: map_get", "path to word 0");
    place((490.0, 180.0), ROOT, 2, "kernel: map_set", "word 0 := new root");
    place((730.0, 120.0), ROOT, 1, "LEAVE", "ROOT' := word 0");
    place((190.0, 270.0), OWN, 0, "body", "a context of its own");
    place((500.0, 160.0), OWN, 6, "contract", "another context");
    place((700.0, 110.0), OWN, 0, "body", "its context again");
    svg.label(4.0, ROOT + 14.0, 12.0, "ROOT, inputs");
    svg.arrow(4.0, ROOT + 28.0, 108.0, ROOT + 28.0);
    svg.label(862.0, ROOT + 14.0, 12.0, "ROOT', outputs");
    svg.arrow(850.0, ROOT + 28.0, 954.0, ROOT + 28.0);
    svg.arrow(205.0, ROOT + HEIGHT, 225.0, OWN - 2.0);
    svg.label(170.0, OWN - 20.0, 12.0, "call");
    svg.arrow(460.0, OWN + 28.0, 498.0, OWN + 28.0);
    svg.label(466.0, OWN + 20.0, 12.0, "call");
    svg.arrow(660.0, OWN + 28.0, 698.0, OWN + 28.0);
    svg.arrow(760.0, OWN, 780.0, ROOT + HEIGHT + 2.0);
    for x in [310.0, 530.0] {
        svg.arrow(x, OWN, x, ROOT + HEIGHT + 2.0);
        svg.label(x + 6.0, OWN - 20.0, 12.0, "syscall");
        svg.arrow(x + 100.0, ROOT + HEIGHT, x + 100.0, OWN - 2.0);
        svg.label(x + 106.0, OWN - 20.0, 12.0, "value");
        svg.arrow(x, ROOT, x, HOST + HEIGHT + 2.0);
        svg.label(x + 6.0, ROOT - 20.0, 12.0, "event");
        svg.arrow(x + 80.0, HOST + HEIGHT, x + 80.0, ROOT - 2.0);
        svg.label(x + 86.0, ROOT - 20.0, 12.0, "depth, path");
    }
    svg.arrow(788.0, HOST + 20.0, 672.0, HOST + 20.0);
    svg.label(684.0, HOST + 12.0, 12.0, "nodes");
    svg.arrow(670.0, HOST + 42.0, 788.0, HOST + 42.0);
    svg.label(684.0, HOST + 58.0, 12.0, "after success");
    svg.check("storage-run.svg");
}
