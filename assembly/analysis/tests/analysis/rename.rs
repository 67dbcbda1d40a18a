use miden_assembly_analysis::{RenameError, RenameScope};

use super::*;

/// The source with the name at the cursor replaced by `new`, or the declaration whose uses are in any source.
fn rename(text: &str) -> Result<String, RenameError> {
    let (analysis, offset) = with_cursor(text);
    let rename = analysis.rename(offset, &library())?;
    let old = slice(analysis.source(), rename.span).to_owned();
    match rename.scope {
        RenameScope::Source(spans) => {
            let mut text = analysis.source().text().to_owned();
            spans.iter().rev().for_each(|span| text.replace_range(span.range(), "new"));
            Ok(text)
        }
        RenameScope::Everywhere(definition) => Ok(format!("{old} of {}", definition.source().name())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_private_procedure_is_renamed_in_its_source() {
    let text = "proc.f add end proc.g exec.f end begin exec.|f call.g f exec.a::f end";
    let renamed = "proc.new add end proc.g exec.new end begin exec.new call.g f exec.a::f end";
    assert_eq!(rename(text).unwrap(), renamed);
}

#[test]
fn a_short_name_is_renamed_in_its_source() {
    let text = "use math::u64 as x begin exec.|x::add exec.x end";
    assert_eq!(rename(text).unwrap(), "use math::u64 as new begin exec.new::add exec.x end");
    let text = "use {add as |a} from math::u64 begin exec.a exec.add end";
    assert_eq!(rename(text).unwrap(), "use {add as new} from math::u64 begin exec.new exec.add end");
}

#[test]
fn an_exported_procedure_is_renamed_everywhere() {
    assert_eq!(rename("export.|f add end").unwrap(), "f of here");
    assert_eq!(rename("use.math::u64 begin exec.u64::|add end").unwrap(), "add of math::u64");
    assert_eq!(rename("begin syscall.|deposit end").unwrap(), "deposit of kernel");
}

#[test]
fn names_without_a_declaration_are_not_renamed() {
    assert_eq!(rename("use.math::u64 begin exec.|u64::add end"), Err(RenameError::ModuleName));
    assert_eq!(rename("use.|math::u64"), Err(RenameError::ModuleName));
    assert_eq!(rename("begin |add end"), Err(RenameError::NoName));
    assert_eq!(rename("be|gin add end"), Err(RenameError::NoName));
    assert_eq!(rename("use.math::facade begin exec.facade::|plus end"), Err(RenameError::NoName));
}

#[test]
fn new_names_are_checked() {
    let check = |text: &str, new: &str| {
        let (analysis, offset) = with_cursor(text);
        analysis.rename(offset, &library()).unwrap().check(&analysis, new)
    };
    let procedure = "const.A=1\nproc.|f add end proc.g add end";
    assert_eq!(check(procedure, "h_2"), Ok(()));
    assert_eq!(check(procedure, "A"), Ok(()));
    assert_eq!(check(procedure, "g"), Err(RenameError::Taken));
    for malformed in ["2h", "a b", "", "a.b", "é", &"a".repeat(101)] {
        assert_eq!(check(procedure, malformed), Err(RenameError::InvalidName));
    }
    let constant = "const.|A=1\nconst.B=1\nproc.f add end";
    assert_eq!(check(constant, "C_1"), Ok(()));
    assert_eq!(check(constant, "B"), Err(RenameError::Taken));
    assert_eq!(check(constant, "c"), Err(RenameError::InvalidName));
    assert_eq!(check(constant, "Cc"), Err(RenameError::InvalidName));
    let module = "use a::b as |x\nuse a::y\nproc.f add end";
    assert_eq!(check(module, "f"), Ok(()));
    assert_eq!(check(module, "y"), Err(RenameError::Taken));
}

#[test]
fn imported_constants_are_renamed_at_their_declaration() {
    assert_eq!(rename("use {LIMB} from math::u64\nbegin push.|LIMB end").unwrap(), "LIMB of math::u64");
    let text = "use {LIMB as |L} from math::u64\nconst A = L + 1\nbegin push.L exec.L push.LIMB end";
    let renamed =
        "use {LIMB as new} from math::u64\nconst A = new + 1\nbegin push.new exec.new push.LIMB end";
    assert_eq!(rename(text).unwrap(), renamed);
    let (analysis, offset) = with_cursor(text);
    let rename = analysis.rename(offset, &library()).unwrap();
    assert_eq!(rename.check(&analysis, "M"), Ok(()));
    assert_eq!(rename.check(&analysis, "A"), Err(RenameError::Taken));
    assert_eq!(rename.check(&analysis, "m"), Err(RenameError::InvalidName));
}

#[test]
fn names_of_modules_that_are_not_found_are_not_renamed() {
    let unresolved = |module: &str| Err(RenameError::Unresolved { module: module.into() });
    assert_eq!(rename("use {add} from far::m begin exec.|add end"), unresolved("far::m"));
    assert_eq!(rename("use {ad|d} from far::m begin exec.add end"), unresolved("far::m"));
    let module_of = |text: &str| Analysis::new(&Source::new("here", text)).unresolved("add", &library());
    assert_eq!(module_of("use.far::m begin exec.m::add exec.m::mul end").as_deref(), Some("far::m"));
    assert_eq!(module_of("begin exec.::far::add end").as_deref(), Some("far"));
    assert_eq!(module_of("use.math::u64 begin exec.u64::add exec.add end"), None);
    assert_eq!(module_of("use.math::u64 use.far::m begin exec.u64::add exec.m::mul end"), None);
}
