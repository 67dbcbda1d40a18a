//! Results of tests in the format of `JUnit`, which build servers show.

use std::{io, time::Duration};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{Finished, Summary};

impl Summary {
    /// The results as XML: a suite with a case for each test.
    pub(crate) fn to_junit(&self) -> Vec<u8> {
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
        self.write(&mut xml).expect("a vector can be written");
        let mut bytes = xml.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (tests, failures) = (self.0.len().to_string(), self.num_failed().to_string());
        let time = seconds(self.0.iter().map(|finished| finished.time).sum());
        let counts = [("tests", tests.as_str()), ("failures", failures.as_str()), ("time", time.as_str())];
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let suites = xml.create_element("testsuites").with_attributes(counts);
        suites.write_inner_content(|xml| {
            let suite = xml.create_element("testsuite").with_attribute(("name", "miden"));
            suite
                .with_attributes(counts)
                .write_inner_content(|xml| self.0.iter().try_for_each(|finished| finished.write(xml)))?;
            Ok(())
        })?;
        Ok(())
    }
}

impl Finished {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (class, name) = self.test.name.rsplit_once("::").unwrap_or(("", &self.test.name));
        let line = self.test.source.location(self.test.span.start).line.to_string();
        let time = seconds(self.time);
        let case = xml.create_element("testcase").with_attributes([
            ("classname", class),
            ("name", name),
            ("file", self.test.source.name()),
            ("line", line.as_str()),
            ("time", time.as_str()),
        ]);
        match &self.result {
            Ok(_) => case.write_empty()?,
            Err(problem) => case.write_inner_content(|xml| {
                let message = problem.kind.to_string();
                let failure = xml.create_element("failure").with_attribute(("message", message.as_str()));
                let text = format!("{message}\n{}", self.command(problem));
                failure.write_text_content(BytesText::new(&text)).map(drop)
            })?,
        };
        Ok(())
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}
