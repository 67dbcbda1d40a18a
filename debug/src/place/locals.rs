use std::collections::BTreeMap;

use miden_assembly::{ProcedureInfo, Span, SyntaxElement, SyntaxKind, parse_syntax};

/// The locals of a procedure, as its source declares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locals {
    /// Number of locals.
    pub(crate) count: u32,
    /// Names, by index: constants by which the procedure accesses its locals.
    pub(crate) names: BTreeMap<u32, String>,
}

impl Locals {
    /// The locals of a procedure; none for one of a compiled library without its source.
    pub(crate) fn of(procedure: &ProcedureInfo) -> Self {
        let source = procedure.source();
        let (syntax, _) = parse_syntax(source);
        let at = procedure.span().start;
        let mut path = syntax.path_to(at);
        let Some(whole) = path.find(|element| element.kind() == SyntaxKind::Procedure) else {
            return Self::default();
        };
        let constants = Constants(source.text());
        let text = source.slice(whole.span());
        let count = declared(source.text(), procedure.span(), whole).and_then(|count| constants.value(count));
        let count = count.unwrap_or(0);
        let mut names = BTreeMap::new();
        for word in
            text.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace())
        {
            let Some((_, name)) = word.strip_prefix("loc_").and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            if name.starts_with(|c: char| c.is_ascii_alphabetic())
                && let Some(index) = constants.value(name).filter(|index| *index < count)
            {
                names.entry(index).or_insert_with(|| name.to_owned());
            }
        }
        Self { count, names }
    }

    /// The address of a local below this free memory pointer: that of local `i` of `n` is `fmp − (n − 1) + i`.
    pub(crate) fn address(&self, index: u64, fmp: u64) -> Option<u32> {
        let index = u32::try_from(index).ok().filter(|index| *index < self.count)?;
        let first = fmp.checked_sub(u64::from(self.count) - 1)?;
        u32::try_from(first + u64::from(index)).ok()
    }

    /// The index of the local with this name.
    pub(crate) fn index(&self, name: &str) -> Option<u64> {
        self.names.iter().find(|(_, known)| *known == name).map(|(index, _)| u64::from(*index))
    }
}

/// The number of locals as written: after the name, or in the attribute before the procedure.
fn declared<'t>(text: &'t str, label: Span, procedure: SyntaxElement<'_>) -> Option<&'t str> {
    let after = text.get(label.end..)?;
    if let Some(count) = after.strip_prefix('.') {
        let end = count.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(count.len());
        return count.get(..end);
    }
    // Attributes come directly before, with only comments and blanks between.
    let before = text.get(..procedure.span().start)?;
    let from = before.rfind("end").map_or(0, |end| end + 3);
    let within = text.get(from..label.start)?;
    let (_, attribute) = within.rsplit_once("@locals(")?;
    attribute.split_once(')').map(|(count, _)| count.trim())
}

/// The constants of a source whose values are numbers.
struct Constants<'t>(&'t str);

impl Constants<'_> {
    fn value(&self, text: &str) -> Option<u32> {
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let declarations = self.0.lines().filter_map(|line| line.split('#').next());
        declarations.flat_map(str::split_whitespace).find_map(|word| {
            let (name, value) = word.strip_prefix("const.")?.split_once('=')?;
            (name == text).then(|| value.parse().ok()).flatten()
        })
    }
}

#[cfg(test)]
mod tests {
    use miden_assembly::{Assembler, Source};

    use super::*;

    fn locals(text: &str) -> Locals {
        let assembly =
            Assembler::new().with_optimizations(false).assemble(&Source::new("p.masm", text)).unwrap();
        let program = &assembly.program;
        let inlined = |id| assembly.debug.inlined(id, 0).next();
        let first = program.node_ids().find_map(inlined).unwrap();
        Locals::of(first.procedure())
    }

    #[test]
    fn locals_have_the_names_of_their_indexes() {
        let found = locals(
            "const.SUM=0 const.COUNT=2 const.N=3
             proc.f.N # loc_load.FALSE
                 loc_load.SUM loc_store.COUNT loc_load.1
             end
             begin exec.f end",
        );
        assert_eq!(found.count, 3);
        assert_eq!(found.names, BTreeMap::from([(0, "SUM".into()), (2, "COUNT".into())]));
        assert_eq!(found.address(0, 1002), Some(1000));
        assert_eq!(found.address(2, 1002), Some(1002));
        assert_eq!((found.address(3, 1002), found.index("COUNT")), (None, Some(2)));
        assert_eq!(locals("@locals(2) proc f loc_load.1 end begin exec.f end").count, 2);
        assert_eq!(locals("proc.g.1 drop end proc.f add end begin exec.f end"), Locals::default());
    }
}
