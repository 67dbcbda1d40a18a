//! Statements and proof bundles in the formats of `serde`. Schema of the JSON form: `docs/src/schema/`.

use alloc::{borrow::Cow, string::String};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Digest, Kernel, Outcome, ProofBundle, StackInputs, StackOutputs, Statement};

/// Version of the forms below, which all of them begin with.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
struct Version;

impl Version {
    const NUMBER: u16 = 1;
}

impl From<Version> for u16 {
    fn from(_: Version) -> Self {
        Version::NUMBER
    }
}

impl TryFrom<u16> for Version {
    type Error = String;

    fn try_from(got: u16) -> Result<Self, String> {
        let expected = Self::NUMBER;
        let error = || alloc::format!("the form has version {got}, this build reads version {expected}");
        (got == expected).then_some(Self).ok_or_else(error)
    }
}

/// A number of 64 bits.
#[derive(Serialize, Deserialize)]
struct Decimal(#[serde(with = "miden_field::decimal")] u64);

#[derive(Serialize, Deserialize)]
#[serde(rename = "Statement", deny_unknown_fields)]
struct StatementForm<'a> {
    version: Version,
    program: Digest,
    kernel: Cow<'a, Kernel>,
    inputs: Cow<'a, StackInputs>,
    outputs: Cow<'a, StackOutputs>,
    outcome: Outcome,
    #[serde(default)]
    cycle_limit: Option<Decimal>,
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { program, kernel, inputs, outputs, outcome, cycle_limit } = self;
        let form = StatementForm {
            version: Version,
            program: *program,
            kernel: Cow::Borrowed(kernel),
            inputs: Cow::Borrowed(inputs),
            outputs: Cow::Borrowed(outputs),
            outcome: *outcome,
            cycle_limit: cycle_limit.map(Decimal),
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = StatementForm::deserialize(deserializer)?;
        Ok(Self {
            program: form.program,
            kernel: form.kernel.into_owned(),
            inputs: form.inputs.into_owned(),
            outputs: form.outputs.into_owned(),
            outcome: form.outcome,
            cycle_limit: form.cycle_limit.map(|Decimal(limit)| limit),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "ProofBundle", deny_unknown_fields)]
struct BundleForm<'a> {
    version: Version,
    statement: Cow<'a, Statement>,
    #[serde(with = "base64_form")]
    proof: Cow<'a, [u8]>,
}

impl Serialize for ProofBundle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = BundleForm {
            version: Version,
            statement: Cow::Borrowed(&self.statement),
            proof: Cow::Borrowed(&self.proof),
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ProofBundle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let BundleForm { statement, proof, .. } = BundleForm::deserialize(deserializer)?;
        Ok(Self { statement: statement.into_owned(), proof: proof.into_owned() })
    }
}

/// Base64 in text formats, bytes in binary ones.
mod base64_form {
    use alloc::{borrow::Cow, vec::Vec};
    use core::fmt;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
        } else {
            serializer.serialize_bytes(bytes)
        }
    }

    pub(super) fn deserialize<'a, 'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Cow<'a, [u8]>, D::Error> {
        let bytes = if deserializer.is_human_readable() {
            let text = Cow::<str>::deserialize(deserializer)?;
            let decoded = BASE64_STANDARD.decode(text.as_bytes());
            decoded.map_err(|error| de::Error::custom(format_args!("not Base64: {error}")))?
        } else {
            deserializer.deserialize_byte_buf(Bytes)?
        };
        Ok(Cow::Owned(bytes))
    }

    struct Bytes;

    impl de::Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }
}
