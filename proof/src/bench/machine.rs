//! What the figures were taken on.

use std::process::Command;

use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    /// MB.
    pub memory: u64,
    pub system: String,
    /// Of the temporary folder, where the databases are.
    pub disk: String,
    /// Processes that wanted to run during the last minute, ours not among them.
    pub load: String,
    pub date: String,
}

impl Machine {
    pub fn look() -> Self {
        let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let of = |text: &str, name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = of(&file("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse::<u64>().unwrap_or_default();
        let folder = std::env::temp_dir().display().to_string();
        Self {
            processor: of(&file("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(0, Into::into),
            memory: memory / 1024,
            system: said("uname", &["-sr"]),
            disk: said("stat", &["-f", "-c", "%T", &folder]),
            load: file("/proc/loadavg").split_whitespace().next().unwrap_or_default().to_owned(),
            date: said("date", &["-u", "+%Y-%m-%dT%H:%MZ"]),
        }
    }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
