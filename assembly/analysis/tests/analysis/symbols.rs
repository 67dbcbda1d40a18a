use miden_assembly_analysis::SymbolKind;

use super::*;

#[test]
fn a_source_declares_symbols_in_the_order_of_its_text() {
    let text = "\
use.std::math
use a::b as c
use {p, Q as R} from a::b
const.A=1
pub const B = A + 1 # two
@locals(3)
proc f add end
#! Doubles.
export.g.2 dup add end
export.math::h->i
begin exec.f end
";
    let analysis = Analysis::new(&Source::new("here", text));
    let shown: Vec<_> = analysis
        .symbols()
        .iter()
        .map(|symbol| {
            let kind = match &symbol.kind {
                SymbolKind::Import { path } => format!("import of {path}"),
                SymbolKind::ImportedItem { module, name, .. } => format!("{name} of {module}"),
                SymbolKind::Constant => "constant".into(),
                SymbolKind::Procedure { locals } => format!("procedure with {locals:?}"),
                kind => format!("{kind:?}"),
            };
            let exported = if symbol.exported { ", exported" } else { "" };
            format!("{} [{}]: {kind}{exported}", symbol.name, slice(analysis.source(), symbol.header))
        })
        .collect();
    expect_test::expect![[r#"
        math [use.std::math]: import of std::math
        c [use a::b as c]: import of a::b
        p [use {p, Q as R} from a::b]: p of a::b
        R [use {p, Q as R} from a::b]: Q of a::b
        A [const.A=1]: constant
        B [pub const B = A + 1]: constant, exported
        f [proc f]: procedure with Some("3")
        g [export.g.2]: procedure with Some("2"), exported
        i [export.math::h->i]: h of math, exported
        begin [begin]: Program"#]]
    .assert_eq(&shown.join("\n"));
    let g = analysis.symbols().iter().find(|symbol| symbol.name == "g").unwrap();
    assert_eq!(analysis.docs(g).as_deref(), Some("Doubles."));
    assert_eq!(slice(analysis.source(), g.name_span), "g");
    assert!(slice(analysis.source(), g.span).ends_with("dup add end"));
    assert!(analysis.is_program());
    assert_eq!(analysis.modules().into_keys().collect::<Vec<_>>(), ["a::b", "std::math"]);
}

#[test]
fn all_named_modules_are_found() {
    let text = "use.a::b\nmod c\nproc.f exec.b::d::p call.::e::f::p exec.self::g::p exec.c::p exec.h::p end";
    let analysis = Analysis::new(&Source::new("here", text));
    let modules = analysis.modules();
    let shown: Vec<_> =
        modules.iter().map(|(path, span)| format!("{path} ({})", slice(analysis.source(), *span))).collect();
    assert_eq!(shown, ["a::b (a::b)", "a::b::d (b::d)", "e::f (e::f)", "self::c (c)", "self::g (self::g)"]);
}

#[test]
fn names_do_not_overlap_and_lie_in_the_text() {
    let samples = [
        "",
        "use",
        "use.",
        "use {",
        "use {} from",
        "use {,} from x",
        "use {a as} from ::",
        "const",
        "const.",
        "const =",
        "const.A.B=C",
        "pub const",
        "proc",
        "proc.",
        "proc..1",
        "export.::",
        "export.a::",
        "export.::a->",
        "begin exec.::::a::: call.a:: syscall. push.\"A B\"A.é.A-É end",
        "mod",
        "pub mod x",
        "@locals(",
        "@locals()\nproc.é.é end",
    ];
    for text in samples {
        let analysis = Analysis::new(&Source::new("here", text));
        for offset in 0..=text.len() + 1 {
            let definition = analysis.definition(offset, &library());
            if let Some(definition) = definition {
                analysis.references(&definition, &library());
            }
            analysis.hover(offset, &library());
            let completions = analysis.completions(offset, &library());
            assert!(text.get(completions.replaced.range()).is_some(), "{text:?} at {offset}");
            let _ = analysis.rename(offset, &library());
        }
        for symbol in analysis.symbols() {
            assert!(text.get(symbol.name_span.range()).is_some(), "{text:?}");
        }
    }
}
