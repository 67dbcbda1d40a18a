use super::*;

/// Source, line and header of the declaration of the name at the cursor.
fn definition(text: &str) -> String {
    let (analysis, offset) = with_cursor(text);
    match analysis.definition(offset, &library()) {
        Some(definition) => {
            let source = definition.source();
            let header = definition.symbol().map_or("", |symbol| slice(source, symbol.header));
            let name = slice(source, definition.name_span());
            format!("{}:{} {header} ({name})", source.name(), source.location(definition.span().start).line)
        }
        None => "nowhere".into(),
    }
}

#[test]
fn a_procedure_leads_to_its_declaration_before_and_after_its_use() {
    assert_eq!(definition("proc.f.2 add end\nbegin exec.|f end"), "here:1 proc.f.2 (f)");
    assert_eq!(definition("proc.g call.f| end\npub proc f\nend"), "here:2 pub proc f (f)");
    assert_eq!(definition("proc.f add end\nbegin procref.f| end"), "here:1 proc.f (f)");
    assert_eq!(definition("proc.|f add end"), "here:1 proc.f (f)");
    assert_eq!(definition("begin exec.|g end"), "nowhere");
}

#[test]
fn an_imported_procedure_leads_to_its_module() {
    assert_eq!(definition("use.math::u64\nbegin exec.u64::|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(definition("use.math::u64->x\nbegin exec.x::|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(definition("use math::u64 as x\nbegin exec.x::|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(definition("begin exec.::math::u64::|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(definition("use {add} from math::u64\nbegin exec.|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(
        definition("use {add as a} from math::u64\nbegin exec.|a end"),
        "math::u64:4 export.add.2 (add)"
    );
    assert_eq!(definition("use {|add as a} from math::u64"), "math::u64:4 export.add.2 (add)");
    assert_eq!(definition("use ::math::u64\nbegin exec.u64::|add end"), "math::u64:4 export.add.2 (add)");
    assert_eq!(
        definition("use math::u64 as x\npub use {|add as plus} from x"),
        "math::u64:4 export.add.2 (add)"
    );
    assert_eq!(definition("pub use {|add} from math::u64"), "math::u64:4 export.add.2 (add)");
}

#[test]
fn private_names_are_not_found() {
    assert_eq!(definition("use.math::u64\nbegin exec.u64::|internal end"), "nowhere");
    assert_eq!(definition("use.math::u64\nbegin exec.u32::|add end"), "nowhere");
    assert_eq!(definition("begin exec.u64::|add end"), "nowhere");
}

#[test]
fn a_reexport_leads_to_the_original_declaration() {
    assert_eq!(
        definition("use.math::facade\nbegin exec.facade::|plus end"),
        "math::u64:4 export.add.2 (add)"
    );
    assert_eq!(definition("use.math::u64\nexport.u64::add->|p"), "math::u64:4 export.add.2 (add)");
}

#[test]
fn a_cycle_of_modules_leads_nowhere() {
    assert_eq!(definition("use.math::facade\nbegin exec.facade::|p end"), "nowhere");
}

#[test]
fn a_module_leads_to_its_first_line() {
    for text in [
        "use.|math::u64",
        "use.math::u|64",
        "use math::u64| as x",
        "use math::u64 as |x",
        "use {add} from ma|th::u64",
        "use.math::u64\nbegin exec.u|64::add end",
        "begin exec.::math|::u64::add end",
    ] {
        assert_eq!(definition(text), "math::u64:1  ()", "{text}");
    }
}

#[test]
fn a_constant_leads_to_its_declaration() {
    assert_eq!(definition("const.A=1\nbegin push.|A end"), "here:1 const.A=1 (A)");
    assert_eq!(definition("const A = 1\nconst B = |A + 2"), "here:1 const A = 1 (A)");
    assert_eq!(definition("const A = 1\nbegin repeat.|A add end end"), "here:1 const A = 1 (A)");
    assert_eq!(definition("const.A=1\nbegin assert.err=|A end"), "here:1 const.A=1 (A)");
    assert_eq!(definition("const A = [1,2,3,4]\nbegin push.|A[0] end"), "here:1 const A = [1,2,3,4] (A)");
    assert_eq!(definition("const.A=1\nbegin assert.err=\"|A\" end"), "nowhere");
    assert_eq!(definition("const.A=1\nproc.A add end begin exec.|A end"), "here:2 proc.A (A)");
    assert_eq!(definition("proc.A add end\nconst.A=1\nbegin push.|A end"), "here:2 const.A=1 (A)");
}

#[test]
fn a_system_call_leads_to_the_kernel() {
    assert_eq!(definition("begin syscall.|deposit end"), "kernel:2 export.deposit (deposit)");
    assert_eq!(definition("begin syscall.|check end"), "nowhere");
}

#[test]
fn broken_sources_have_definitions_too() {
    assert_eq!(definition("proc.f add\nproc.g exec.|f"), "here:1 proc.f (f)");
    assert_eq!(definition("proc.f add end\nexec.|f"), "here:1 proc.f (f)");
    assert_eq!(definition("const A = \nbegin if.true push.|A"), "here:1 const A = (A)");
    assert_eq!(definition("use {add\nbegin exec.|add end"), "nowhere");
    assert_eq!(definition("begin exec.| end"), "nowhere");
    assert_eq!(definition("begin exec.::|"), "nowhere");
}

#[test]
fn references_are_found_in_every_source() {
    let find = |text: &str, other: &str| {
        let (analysis, offset) = with_cursor(text);
        let definition = analysis.definition(offset, &library()).unwrap();
        let other = Analysis::new(&Source::new("other", other));
        let of = |analysis: &Analysis| {
            let spans = analysis.references(&definition, &library());
            spans.iter().map(|span| span.start).collect::<Vec<_>>()
        };
        (of(&analysis), of(&other))
    };
    let here = "use.math::u64\nproc.add add end begin exec.u64::|add exec.add end";
    let there = "use {add} from math::u64 begin exec.add add exec.::math::u64::add end";
    assert_eq!(find(here, there), (vec![47], vec![5, 36, 62]));
    assert_eq!(find("proc.f add end begin exec.f call.|f end", "proc.f add end"), (vec![5, 26, 33], vec![]));
    assert_eq!(find("use.math::|u64 begin exec.u64::add end", "use.math::u64"), (vec![4, 25], vec![4]));
}

#[test]
fn submodules_are_found() {
    let library = Library::default().with("self::below", "export.p add end");
    let find = |text: &str| {
        let (analysis, offset) = with_cursor(text);
        analysis.definition(offset, &library).map(|definition| definition.name_span().start)
    };
    assert_eq!(find("export.q exec.self::below::|p end"), Some(7));
    assert_eq!(find("use self::below as b\nexport.q exec.b::|p end"), Some(7));
    assert_eq!(find("mod |below"), Some(0));
    assert_eq!(find("mod below\nexport.q exec.below::|p end"), None);
}

#[test]
fn an_imported_constant_leads_to_its_module() {
    let limb = "math::u64:1 pub const LIMB = 4294967296 (LIMB)";
    assert_eq!(definition("use {LIMB} from math::u64\nbegin push.|LIMB end"), limb);
    assert_eq!(definition("use {|LIMB} from math::u64"), limb);
    assert_eq!(definition("use {LIMB as L} from math::u64\nconst A = 1 + |L"), limb);
    assert_eq!(definition("use {BASE} from math::facade\nbegin repeat.|BASE end end"), limb);
    assert_eq!(
        definition("use {INTERNAL} from math::u64\nbegin push.|INTERNAL end"),
        "here:1 use {INTERNAL} from math::u64 (INTERNAL)"
    );
}
