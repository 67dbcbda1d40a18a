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

/// A session that executes every instruction as written, with debug commands.
fn debugged(text: &str) -> Session {
    session_of(Assembler::new().with_optimizations(false).with_debug_commands(true), text)
}

fn session(text: &str) -> Session {
    session_of(Assembler::new(), text)
}

fn session_of(assembler: Assembler, text: &str) -> Session {
    let assembly = assembler.assemble(&Source::new("prices.masm", text)).unwrap();
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

#[test]
fn output_goes_back_with_the_program() {
    let text = "proc.f.1 push.6 loc_store.0 debug.print=\"second\" push.1 drop end
        begin push.5 debug.stack.1 exec.f debug.print=\"third\" push.7 drop breakpoint drop end";
    let mut session = debugged(text);
    let mut app = App::new(&mut session, Theme::PLAIN);
    let output = |app: &App<'_>| app.output.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
    assert_eq!(output(&app), Vec::<String>::new());
    press(&mut app, "n:print 3⏎");
    let first = "prices.masm:2:22: stack, top first: [5] (cycle 2)";
    assert_eq!(output(&app), [first, "> print 3", "3"]);
    press(&mut app, "c");
    assert_eq!(app.session.reason(), "at `breakpoint`");
    let third = output(&app).pop().unwrap();
    assert!(third.contains("third (cycle ") && output(&app).len() == 5, "{third}");
    assert!(screen(&mut app, 100, 36).contains("third (cycle "));
    press(&mut app, "p");
    press(&mut app, "p");
    assert_eq!(output(&app).len(), 5);
    press(&mut app, "p");
    assert_eq!(app.session.position().split(", ").nth(1), Some("in (body)"));
    assert_eq!(output(&app), [first, "> print 3", "3"]);
    press(&mut app, "g");
    assert_eq!(output(&app), ["> print 3", "3"]);
}

#[test]
fn callers_are_shown_with_their_locals() {
    let text = "proc.inner.1 push.1 loc_store.0 breakpoint push.2 drop end
        proc.outer.1 push.8 loc_store.0
            exec.inner end
        begin exec.outer end";
    let mut session = debugged(text);
    let mut app = App::new(&mut session, Theme::PLAIN);
    press(&mut app, "c");
    assert_eq!(
        (app.cursor, app.session.locals()),
        (1, vec!["local 0 = 1 0 0 0 (address 1073741826)".into()])
    );
    press(&mut app, "u");
    assert_eq!(
        (app.cursor, app.session.locals()),
        (3, vec!["local 0 = 8 0 0 0 (address 1073741825)".into()])
    );
    let shown = screen(&mut app, 100, 36);
    assert!(shown.contains("    3>             exec.inner end") && shown.contains("(selected)"), "{shown}");
    press(&mut app, "uuuu");
    assert_eq!((app.cursor, app.session.locals()), (4, vec!["no locals here".into()]));
    press(&mut app, "dddd");
    assert_eq!(app.cursor, 1);
    press(&mut app, "us");
    assert_eq!(app.session.frame, 0);
}

/// Tells the test below, in another process, to panic.
const PANICS: &str = "MIDEN_TEST_PANICS";

#[test]
fn panics_on_the_full_screen_if_it_is_told_to() {
    if std::env::var_os(PANICS).is_some() {
        let _screen = super::Screen::enter().unwrap();
        panic!("on purpose");
    }
}

#[cfg(target_os = "linux")]
#[path = "../../../tests/support/screen.rs"]
mod pseudo_terminal;

#[cfg(target_os = "linux")]
#[test]
fn a_panic_restores_the_terminal_before_its_message() {
    let own = std::env::current_exe().unwrap();
    let test =
        format!("{}::panics_on_the_full_screen_if_it_is_told_to", module_path!().split_once("::").unwrap().1);
    let variable = format!("{PANICS}=1");
    let arguments = [&*variable, own.to_str().unwrap(), "--exact", &test, "--nocapture"];
    let folder = tempfile::tempdir().unwrap();
    let ended = pseudo_terminal::Screen::new("env", &arguments, folder.path(), (100, 30)).end();
    assert_eq!((ended.code, ended.is_restored), (Some(101), true), "{ended:#?}");
    assert!(ended.text.contains("on purpose"), "{ended:#?}");
}
