use core::{fmt, str::FromStr};

/// A version of a library: three numbers, as in `1.2.3`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Incremented by breaking changes.
    pub major: u32,
    /// Incremented by additions.
    pub minor: u32,
    /// Incremented by fixes.
    pub patch: u32,
}

impl Version {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is three numbers below 2^32 separated by dots, such as 1.2.3")]
pub struct VersionError;

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text.split('.').map(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            let number = part.parse().map_err(|_| VersionError)?;
            if digits && (part == "0" || !part.starts_with('0')) { Ok(number) } else { Err(VersionError) }
        });
        let mut next = || parts.next().ok_or(VersionError)?;
        let version = Self::new(next()?, next()?, next()?);
        if parts.next().is_some() { Err(VersionError) } else { Ok(version) }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!("10.0.4294967295".parse(), Ok(Version::new(10, 0, u32::MAX)));
        assert_eq!(Version::new(1, 20, 3).to_string(), "1.20.3");
        assert!(Version::new(1, 9, 9) < Version::new(1, 10, 0));
        for text in
            ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.4294967296", "1..3", "01.2.3", "+1.2.3", "1.2.3 "]
        {
            assert_eq!(text.parse::<Version>(), Err(VersionError), "{text}");
        }
    }
}
