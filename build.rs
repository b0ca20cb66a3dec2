//! Providers are embedded as a folder. The compiler sees changes in the files it knows, not new ones.

fn main() {
    println!("cargo::rerun-if-changed=assets/providers");
}
