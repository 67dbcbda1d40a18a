//! Screens at several sizes, after keys and clicks.

use expect_test::{Expect, expect, expect_file};
use miden_assembly::{Assembler, Source};
use miden_core::ProgramInputs;
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind},
};

use super::{app::App, theme::Theme};
use crate::debugger::Session;

/// The program of the book.
const PROGRAM: &str = include_str!("../../../../docs/src/user/debugging/prices.masm");

fn session(text: &str) -> Session {
    let assembly = Assembler::new().assemble(&Source::new("prices.masm", text)).unwrap();
    let (program, debug) = (assembly.program, Some(assembly.debug));
    Session::new(
        program,
        debug,
        ProgramInputs::default(),
        Default::default(),
        Default::default(),
        Default::default(),
    )
    .unwrap()
}

/// Types keys; `⏎` is Enter, `⎋` is Esc, `⇥` is Tab, `↓` and `↑` move the cursor. Returns whether the session continues.
fn press(app: &mut App<'_>, keys: &str) -> bool {
    keys.chars().all(|key| {
        let code = match key {
            '⏎' => KeyCode::Enter,
            '⎋' => KeyCode::Esc,
            '⇥' => KeyCode::Tab,
            '↓' => KeyCode::Down,
            '↑' => KeyCode::Up,
            '⌫' => KeyCode::Backspace,
            key => KeyCode::Char(key),
        };
        let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        app.on_event(&event).is_none_or(|action| app.act(action))
    })
}

fn click(app: &mut App<'_>, column: u16, row: u16) {
    let kind = MouseEventKind::Down(MouseButton::Left);
    let event = Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    if let Some(action) = app.on_event(&event) {
        app.act(action);
    }
}

/// The screen as text.
fn screen(app: &mut App<'_>, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| app.draw(frame)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn a_wide_screen_shows_everything() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, ":break write 101⏎:print clk + 1⏎cccs");
    expect_file!["screens/wide.txt"].assert_eq(&screen(&mut app, 100, 36));
    // Back to the write of the price.
    press(&mut app, "rr");
    expect_file!["screens/back.txt"].assert_eq(&screen(&mut app, 100, 36));
}

#[test]
fn a_small_screen_shows_one_pane_at_a_time() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, "nnnnnn");
    expect_file!["screens/small.txt"].assert_eq(&screen(&mut app, 60, 16));
    press(&mut app, "⇥⇥");
    assert!(screen(&mut app, 60, 16).contains("101: 20 0 0 0"));
}

fn check(app: &mut App<'_>, width: u16, height: u16, expected: Expect) {
    expected.assert_eq(&screen(app, width, height));
}

#[test]
fn twenty_columns_are_enough_for_the_instruction() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, "nn");
    check(
        &mut app,
        20,
        10,
        expect![[r#"
        ┌prices.masm───────┐
        │   17      push.10│
        │   18>     push.20│
        │   19      push.30│
        └──────────────────┘
        ┌Stack─────────────┐
        │  … 16 items below│
        └──────────────────┘
        cycle 6, in (body),
        ? help  s in  n over
    "#]],
    );
}

#[test]
fn no_size_is_too_small() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    for shown in ["", "?", "⎋:print 1"] {
        press(&mut app, shown);
        for (width, height) in
            (0..24).step_by(4).flat_map(|width| (0..12).step_by(3).map(move |height| (width, height)))
        {
            screen(&mut app, width, height);
        }
    }
}

#[test]
fn keys_and_clicks_set_breakpoints_and_run_to_lines() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    screen(&mut app, 100, 36);
    // The number of line 6, twice: the first click moves the cursor.
    let (area, first) = app.source_area;
    let row = area.y + 6 - u16::try_from(first).unwrap();
    click(&mut app, area.x + 2, row);
    assert_eq!((app.cursor, app.session.debugger.breakpoints().len()), (6, 0));
    click(&mut app, area.x + 2, row);
    assert_eq!(app.session.breakpoints(), ["1: prices.masm:6"]);
    assert!(screen(&mut app, 100, 36).contains("│●   6"));
    press(&mut app, "c");
    assert_eq!(app.session.reason(), "breakpoint 1: prices.masm:6");
    press(&mut app, "t");
    assert_eq!(app.session.breakpoints(), ["no breakpoints"]);
    // A line without an instruction: the breakpoint moves to the next one.
    press(&mut app, "↑↑t");
    assert_eq!(app.session.breakpoints(), ["2: prices.masm:5"]);
    press(&mut app, "t↓↓↓↓↓↓↓⏎");
    assert_eq!(app.session.place().unwrap().1, app.cursor);
    click(&mut app, 99, 0);
}

#[test]
fn errors_and_the_help_are_shown_until_the_next_key() {
    let mut session = session(PROGRAM);
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, ":break nothing⏎");
    assert!(screen(&mut app, 100, 36).contains("error: the program invokes no procedure `nothing`"));
    press(&mut app, "?");
    let shown = screen(&mut app, 100, 36);
    assert!(!shown.contains("error:") && shown.contains("continue backwards"));
    press(&mut app, "?:xy⌫⌫⌫");
    assert_eq!((app.shows_help, &app.input), (false, &None));
    assert!(!press(&mut app, "q"));
    assert!(!press(&mut app, ":quit⏎"));
}

#[test]
fn a_fault_is_shown_with_the_operands_of_its_instruction() {
    let mut session = session("begin push.3.4 assert_eq end");
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, "c");
    check(
        &mut app,
        60,
        12,
        expect![[r#"
        ┌prices.masm───────────────────────────────────────────────┐
        │    1> begin push.3.4 assert_eq end                       │
        │                                                          │
        │                                                          │
        │                                                          │
        └──────────────────────────────────────────────────────────┘
        ┌Stack─────────────────────────────────────────────────────┐
        │  0 0                                                     │
        │  … 16 items below                                        │
        └──────────────────────────────────────────────────────────┘
        fails: the assertion expected 1, but the value is 0 (cycle 2
        ? help  s in  n over  o out  b back  p back over  c continue
    "#]],
    );
}

#[test]
fn colour_is_used_unless_it_is_unwanted() {
    let mut session = session(PROGRAM);
    let mut styles = |theme| {
        let mut app = App::new(&mut session, theme);
        let mut terminal = Terminal::new(TestBackend::new(100, 36)).unwrap();
        terminal.draw(|frame| app.draw(frame)).unwrap();
        let cells = terminal.backend().buffer().content().iter();
        cells.filter(|cell| cell.fg != ratatui::style::Color::Reset).count()
    };
    assert_eq!(styles(Theme::PLAIN), 0);
    assert!(styles(Theme::COLOURED) > 100);
}
