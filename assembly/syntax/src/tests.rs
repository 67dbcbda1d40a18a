use alloc::{string::String, vec::Vec};

use expect_test::expect;

use crate::{InstructionNames, Source, SourceWord, Span, Syntax, SyntaxElement, SyntaxError, SyntaxKind};

fn parse(text: &str) -> (Syntax, Vec<SyntaxError>) {
    Syntax::parse(
        &Source::new("test", text),
        &["add", "dup", "not"].into_iter().collect::<InstructionNames>(),
    )
}

/// The texts of all tokens, concatenated.
fn tokens(syntax: &Syntax) -> String {
    let tokens = syntax.root().descendants().filter(|element| element.kind().is_token());
    tokens.map(SyntaxElement::text).collect()
}

fn words(text: &str) -> Vec<String> {
    let (syntax, _) = parse(text);
    let words = syntax.root().descendants().filter(|element| element.kind() == SyntaxKind::Word);
    words.map(|word| word.text().into()).collect()
}

#[test]
fn a_hash_outside_of_quotation_marks_and_brackets_starts_a_comment() {
    assert_eq!(words("add # mul\n#sub\ndiv #"), ["add", "div"]);
    assert_eq!(words("push.1#x neg\nend#! y\nA=\"#\"#z\n@a(#b)#c"), ["push.1", "end", "A=\"#\"", "@a(#b)"]);
    let (syntax, errors) = parse("begin add#! not documentation\nend#last");
    assert!(errors.is_empty(), "{errors:?}");
    assert!(syntax.root().descendants().all(|element| element.kind() != SyntaxKind::DocComment));
    assert_eq!(tokens(&syntax), "begin add#! not documentation\nend#last");
}

#[test]
fn a_backslash_escapes_a_quotation_mark() {
    assert_eq!(words(r#"assert.err="a \" . b" add"#), [r#"assert.err="a \" . b""#, "add"]);
    assert_eq!(words(r#"x="\\" y"#), [r#"x="\\""#, "y"]);
    assert_eq!(words(r#"x="\" y"#), [r#"x="\" y"#]);
    // Outside of quotation marks it is a character like any other.
    assert_eq!(words(r#"x\"a b" y"#), [r#"x\"a b""#, "y"]);
}

#[test]
fn quotation_marks_and_brackets_keep_a_word_together() {
    assert_eq!(words("assert.err=\"a b.c #d\" add"), ["assert.err=\"a b.c #d\"", "add"]);
    assert_eq!(words("x\"y z \n add"), ["x\"y z", "add"]);
    assert_eq!(words("# a \" b\nadd"), ["add"]);
    assert_eq!(
        words("push.[1, 2 ,3].4 add\n@x(a = \")\") y"),
        ["push.[1, 2 ,3].4", "add", "@x(a = \")\")", "y"]
    );
    assert_eq!(words("a[1 2 \n 3] b"), ["a[1 2", "3]", "b"]);
}

#[test]
fn parts_have_spans() {
    let (syntax, _) = parse("a\n  push.1..0x2.[1.5]");
    let token = syntax.root().descendants().last().unwrap();
    let word = SourceWord { text: token.text(), start: token.span().start };
    let parts: Vec<_> = word.parts().map(|part| (part.text, part.span.start)).collect();
    assert_eq!(parts, [("push", 4), ("1", 9), ("", 11), ("0x2", 12), ("[1.5]", 16)]);
}

#[test]
fn detached_documentation_is_an_error_except_at_the_end() {
    let (_, errors) = parse("use.a #\n#! lost\n \nbegin\n#!\n\n#! inner\nadd end\n#! end");
    let spans: Vec<_> = errors.iter().map(|error| error.span()).collect();
    assert_eq!(spans, [Span::new(8, 15)]);
}

#[test]
fn documentation_at_the_start_before_a_blank_line_documents_the_module() {
    let docs = |text| {
        let (syntax, errors) = parse(text);
        assert!(errors.is_empty(), "{errors:?}");
        let procedure = syntax.root().children().find(|child| child.kind() == SyntaxKind::Procedure).unwrap();
        (syntax.module_docs(), syntax.docs(procedure))
    };
    let both = (Some(String::from("one\ntwo")), Some(String::from("three")));
    assert_eq!(docs("# legal\n\n#! one\n#!\n#! two\n\n#! three\nproc.p add end\n"), both);
    assert_eq!(docs("#! three\n# note\nproc.p add end\n"), (None, both.1));
    assert_eq!(docs("#! one\n#!\n#! two\n \t\nproc.p add end\n"), (both.0, None));
}

#[test]
fn documentation_belongs_to_the_next_node() {
    let (syntax, _) = parse("#! one\n#!\n#! two\n@a\nproc.p add end\n\n#! three\nbegin add end\n");
    let documented =
        |child: &SyntaxElement<'_>| matches!(child.kind(), SyntaxKind::Procedure | SyntaxKind::Program);
    let docs: Vec<_> = syntax.root().children().filter(documented).map(|child| syntax.docs(child)).collect();
    assert_eq!(docs, [Some("one\ntwo".into()), Some("three".into())]);
}

#[test]
fn a_tree_shows_the_structure() {
    let (syntax, errors) =
        parse("use a::b as c # imported\npub proc f\n  if.true add else do not while dup end end\nend");
    assert!(errors.is_empty(), "{errors:?}");
    expect![[r##"
        File
          Import
            Word "use"
            Whitespace " "
            Word "a::b"
            Whitespace " "
            Word "as"
            Whitespace " "
            Word "c"
          Whitespace " "
          Comment "# imported"
          Newline "\n"
          Procedure
            Header
              Word "pub"
              Whitespace " "
              Word "proc"
              Whitespace " "
              Word "f"
            Block
              Newline "\n"
              Whitespace "  "
              If
                Header
                  Word "if.true"
                Block
                  Whitespace " "
                  Word "add"
                  Whitespace " "
                Header
                  Word "else"
                Block
                  Whitespace " "
                  DoWhile
                    Header
                      Word "do"
                    Block
                      Whitespace " "
                      Word "not"
                      Whitespace " "
                    Header
                      Word "while"
                    Block
                      Whitespace " "
                      Word "dup"
                      Whitespace " "
                    Word "end"
                  Whitespace " "
                Word "end"
              Newline "\n"
            Word "end"
    "##]]
    .assert_eq(&alloc::format!("{syntax:?}"));
}

#[test]
fn the_tokens_of_any_text_are_the_text() {
    let samples = [
        "",
        " ",
        "\n",
        "#",
        "#!",
        "begin",
        "begin\r\n add # c \r\n end\t",
        "end end",
        "proc",
        "pub",
        "use",
        "const A =",
        "begin if.true else else end",
        "begin do while while end end",
        "begin proc.x add end",
        "@a(",
        "\u{2028}x\u{85}y",
        "begin repaet.3 add end end x",
    ];
    for text in samples {
        assert_eq!(tokens(&parse(text).0), text);
    }
}

#[test]
fn the_path_to_an_offset_ends_at_its_token() {
    let (syntax, _) = parse("begin add  mul end");
    let last = |offset| syntax.path_to(offset).last().map(|element| (element.kind(), element.text()));
    assert_eq!(last(6), Some((SyntaxKind::Word, "add")));
    assert_eq!(last(9), Some((SyntaxKind::Word, "add")));
    assert_eq!(last(10), Some((SyntaxKind::Whitespace, "  ")));
    assert_eq!(last(18), Some((SyntaxKind::Word, "end")));
}
