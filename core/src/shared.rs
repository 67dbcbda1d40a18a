/// An immutable value with several owners: `Arc`, or `Rc` on targets without compare-and-swap, which have one thread.
#[cfg(target_has_atomic = "ptr")]
pub type Shared<T> = alloc::sync::Arc<T>;

/// An immutable value with several owners: `Arc`, or `Rc` on targets without compare-and-swap, which have one thread.
#[cfg(not(target_has_atomic = "ptr"))]
pub type Shared<T> = alloc::rc::Rc<T>;
