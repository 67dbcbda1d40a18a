//! Shapes of trees of joins, generic in what is joined.

use alloc::vec::Vec;

/// Joins all parts in sequence as a balanced tree; `None` if there are none.
///
/// # Errors
/// The first error of `join`.
pub fn join_all<T: Copy, E>(parts: &[T], mut join: impl FnMut(T, T) -> Result<T, E>) -> Result<Option<T>, E> {
    let mut level = parts.to_vec();
    while level.len() > 1 {
        let mut next = Vec::with_capacity(level.len().div_ceil(2));
        for pair in level.chunks(2) {
            next.push(match *pair {
                [left, right] => join(left, right)?,
                [single] => single,
                _ => unreachable!("chunks of two hold one or two parts"),
            });
        }
        level = next;
    }
    Ok(level.first().copied())
}

/// Joins `count` copies of `part` with a number of joins logarithmic in `count`; `None` if `count` is 0.
///
/// # Errors
/// The first error of `join`.
pub fn join_copies<T: Copy, E>(
    part: T,
    count: u64,
    mut join: impl FnMut(T, T) -> Result<T, E>,
) -> Result<Option<T>, E> {
    // Smallest power first, so that joins nest towards the larger ones.
    let (mut sum, mut power, mut rest) = (None, part, count);
    while rest > 0 {
        if rest & 1 == 1 {
            sum = Some(match sum {
                None => power,
                Some(sum) => join(power, sum)?,
            });
        }
        rest >>= 1;
        if rest > 0 {
            power = join(power, power)?;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use core::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_keep_their_order(len in 0usize..200) {
            // A part is the range of the leaves below it; neighbours join to one range.
            let parts: Vec<(usize, usize)> = (0..len).map(|i| (i, i + 1)).collect();
            let mut joins = 0;
            let join = |left: (usize, usize), right: (usize, usize)| {
                assert_eq!(left.1, right.0);
                joins += 1;
                Ok::<_, Infallible>((left.0, right.1))
            };
            let Ok(all) = join_all(&parts, join);
            prop_assert_eq!(all, (len > 0).then_some((0, len)));
            prop_assert_eq!(joins, len.saturating_sub(1));
        }

        #[test]
        fn copies_are_counted(count in 0u64..1 << 40) {
            let mut joins = 0;
            let join = |left: u64, right: u64| {
                joins += 1;
                Ok::<_, Infallible>(left + right)
            };
            let Ok(sum) = join_copies(1, count, join);
            prop_assert_eq!(sum.unwrap_or(0), count);
            prop_assert!(joins <= 80);
        }
    }
}
