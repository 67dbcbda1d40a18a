//! Free memory of the machine.

/// The number of bytes that can be allocated without swapping, if the system says so.
#[cfg(all(feature = "std", target_os = "linux"))]
pub(crate) fn available_memory() -> Option<u64> {
    use std::fs::read_to_string;

    let machine = read_to_string("/proc/meminfo").ok().and_then(|text| meminfo(&text));
    // In a container the limit of the group counts; a group without one says "max".
    let number = |path: &str| read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max").zip(number("/sys/fs/cgroup/memory.current"));
    let group = group.map(|(limit, used)| limit.saturating_sub(used));
    machine.into_iter().chain(group).min()
}

/// The number of bytes that can be allocated without swapping, if the system says so.
#[cfg(not(all(feature = "std", target_os = "linux")))]
pub(crate) const fn available_memory() -> Option<u64> {
    None
}

/// `MemAvailable:   12345 kB`
#[cfg(any(test, all(feature = "std", target_os = "linux")))]
fn meminfo(text: &str) -> Option<u64> {
    let kilobytes = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    kilobytes.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_memory_is_read_from_the_system() {
        let text = "MemTotal:       16000 kB\nMemFree:  1 kB\nMemAvailable:    12345 kB\nBuffers: 3 kB\n";
        assert_eq!(meminfo(text), Some(12_345 * 1024));
        assert_eq!(meminfo("MemTotal: 1 kB\n"), None);
        assert_eq!(meminfo("MemAvailable: many kB\n"), None);
        #[cfg(target_os = "linux")]
        assert!(available_memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}
