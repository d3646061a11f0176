//! Commands in remedies are ones that exist.

use super::*;

/// Commands with their options as DESIGN section 7 has them.
const COMMANDS: [&str; 19] = [
    "connect {profile} --name {connection} --tenant {tenant}",
    "connect {profile} --name {connection} --tenant {tenant_id}",
    "test {connection}",
    "values {connection}",
    "profiles list",
    "profiles show {profile}",
    "connections list",
    "connections show {connection}",
    "connections remove {connection}",
    "connections export {connection}",
    "connections import {file}",
    "certificate new {certificate}",
    "certificate list",
    "certificate show {certificate}",
    "certificate rotate {connection}",
    "certificate export {certificate} --format pfx --out {file}",
    "diagnostics {connection}",
    "sim",
    "secrets",
];
const GLOBAL: [&str; 5] = [
    "--cloud",
    "--config",
    "--secret-store",
    "--key-file",
    "--passphrase-file",
];
const FLAGS: [&str; 20] = [
    "--app",
    "--bits",
    "--browser",
    "--certificate",
    "--check",
    "--consent",
    "--credential",
    "--days",
    "--inspect",
    "--output",
    "--password-file",
    "--plan",
    "--secret-file",
    "--set",
    "--sign-in",
    "--sign-in-client",
    "--test-key",
    "--write-probe",
    "--format",
    "--out",
];

#[test]
fn every_command_is_one_of_fairleads_or_of_the_operating_system() {
    for entry in all() {
        for remedy in &entry.remedies {
            let Remedy::RunCommand { command, .. } = remedy else {
                continue;
            };
            assert!(!command.contains('\n'), "{}: {command}", entry.code);
            let Some(mut rest) = command.strip_prefix("fairlead ") else {
                let tool = command.split([' ', '-']).next().unwrap();
                let tools = [
                    "apt",
                    "dnf",
                    "env",
                    "Get",
                    "nslookup",
                    "openssl",
                    "sqlite3",
                    "timedatectl",
                    "w32tm",
                ];
                assert!(tools.contains(&tool), "{}: {command}", entry.code);
                continue;
            };
            while let Some((flag, after)) = rest
                .split_once(' ')
                .filter(|(flag, _)| GLOBAL.contains(flag))
            {
                assert!(!flag.is_empty());
                rest = after.split_once(' ').unwrap().1;
            }
            let known = COMMANDS.iter().find_map(|known| rest.strip_prefix(known));
            let options = known.unwrap_or_else(|| panic!("{}: {command}", entry.code));
            for flag in options.split(' ').filter(|word| word.starts_with("--")) {
                assert!(FLAGS.contains(&flag), "{}: {flag} in {command}", entry.code);
            }
        }
    }
}

#[test]
fn every_check_that_a_command_names_exists() {
    for entry in all() {
        for text in texts(entry) {
            for id in text
                .split("--check ")
                .skip(1)
                .filter_map(|rest| rest.split(' ').next())
            {
                assert!(
                    id == "{check}" || crate::check::KNOWN.contains(&id),
                    "{}: {id}",
                    entry.code
                );
            }
        }
    }
}
