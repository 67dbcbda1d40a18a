use expect_test::{Expect, expect};

use super::*;

#[track_caller]
fn check(text: &str, expected: Expect) {
    let (analysis, offset) = with_cursor(text);
    let shown = match analysis.hover(offset, &library()) {
        Some(hover) => format!("{}\n---\n{}", slice(analysis.source(), hover.span), hover.text),
        None => "nothing".into(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn an_instruction_shows_its_forms_cycles_and_failures() {
    check(
        "begin ad|d.1 end",
        expect![[r#"
            add.1
            ---
            **`add`** · Assertions and field arithmetic

            | Form | Stack | Cycles |
            |---|---|---|
            | `add` | `[b, a] → [a + b]` | 1 |
            | `add.b` | `[a] → [a + b]` | 0–2 |
        "#]],
    );
    check(
        "begin asser|t_eq end",
        expect![[r#"
        assert_eq
        ---
        **`assert_eq`** · Assertions and field arithmetic

        | Form | Stack | Cycles |
        |---|---|---|
        | `assert_eq` | `[b, a] → []` | 2 |

        Fails with `FailedAssertion`: `a ≠ b`

        Takes an error code, `.err=…`: a number or a text.
    "#]],
    );
    check(
        "begin hper|m end",
        expect![[r#"
        hperm
        ---
        **`hperm`**, `rpperm` · Hashes and Merkle trees

        | Form | Stack | Cycles |
        |---|---|---|
        | `hperm` | `[C, B, A] → [F, E, D]` | 1 |

        Rescue Prime permutation of 12 items, element 0 of the state deepest; `E` is the digest
    "#]],
    );
}

#[test]
fn a_keyword_shows_what_it_does() {
    check(
        "begin re|peat.3 add end end",
        expect![[r#"
        repeat
        ---
        `repeat.N … end`  

        `N` copies of the block, in constant space up to a factor of `log N`. Takes no cycles itself."#]],
    );
    check(
        "begin\n if.true\n add e|nd end",
        expect![[r#"
        end
        ---
        `end`  

        Ends a block, a procedure or the program.

        Belongs to `if.true` on line 2."#]],
    );
    check(
        "be|gin add end",
        expect![[r#"
        begin
        ---
        `begin … end`  

        The program, which is last in its file. A file without it is a module."#]],
    );
    check(
        "begin if.true add el|se add end end",
        expect![[r#"
        else
        ---
        `if.true … else … end`  

        Starts the block that runs if the condition of the `if` is not met.

        Belongs to `if.true` on line 1."#]],
    );
}

#[test]
fn a_procedure_shows_its_header_and_its_documentation() {
    check(
        "use.math::u64\nbegin exec.u64::|add end",
        expect![[r#"
        add
        ---
        ```masm
        export.add.2
        ```

        of module `math::u64`

        Local words: 2

        ---

        Adds.  
        Wraps around.
    "#]],
    );
    check(
        "#! Adds.\nproc.f\n  add\nend\nbegin call.|f end",
        expect![[r#"
        f
        ---
        ```masm
        proc.f
        ```

        ---

        Adds.
    "#]],
    );
    check(
        "begin syscall.|deposit end",
        expect![[r#"
        deposit
        ---
        ```masm
        export.deposit
        ```

        ---

        Puts money in.
    "#]],
    );
}

#[test]
fn a_module_shows_what_it_exports() {
    check(
        "use.math|::u64",
        expect![[r#"
            math::u64
            ---
            ```masm
            math::u64
            ```

            Module that exports `LIMB`, `add`."#]],
    );
    check(
        "use.math::u64 begin exec.u|64::x end",
        expect![[r#"
            u64
            ---
            ```masm
            math::u64
            ```

            Module that exports `LIMB`, `add`."#]],
    );
}

#[test]
fn a_constant_shows_its_declaration_and_its_value() {
    check(
        "const A =   B + 2\nconst.B=1\nbegin push.|A end",
        expect![[r#"
        A
        ---
        ```masm
        const A = B + 2
        ```

        Value: `3`
    "#]],
    );
    check(
        "const.A=[1,2,3,4]\nbegin push.|A end",
        expect![[r#"
        A
        ---
        ```masm
        const.A=[1,2,3,4]
        ```

        Value: `[1, 2, 3, 4]`
    "#]],
    );
    check(
        "const.A=\"so\"\nbegin assert.err=|A end",
        expect![[r#"
        A
        ---
        ```masm
        const.A="so"
        ```

        Value: `"so"`
    "#]],
    );
    check(
        "const.A=B\nbegin push.|A end",
        expect![[r#"
        A
        ---
        ```masm
        const.A=B
        ```
    "#]],
    );
}

#[test]
fn unknown_words_show_nothing() {
    check("begin fo|o end", expect!["nothing"]);
    check("begin add | end", expect!["nothing"]);
    check("# ad|d\nbegin add end", expect!["nothing"]);
}

#[test]
fn an_imported_constant_shows_its_module_and_its_value() {
    check(
        "use {BASE as B} from math::facade\nbegin push.|B end",
        expect![[r#"
        B
        ---
        ```masm
        pub const LIMB = 4294967296
        ```

        of module `math::u64`

        Value: `4294967296`
    "#]],
    );
    check(
        "use {BASE} from math::facade\nconst TWICE = BASE * 2\nbegin push.|TWICE end",
        expect![[r#"
        TWICE
        ---
        ```masm
        const TWICE = BASE * 2
        ```

        Value: `8589934592`
    "#]],
    );
}
