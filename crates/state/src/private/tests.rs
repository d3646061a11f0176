use std::fs;

use fairlead_domain::problem::ProblemCode;

use super::*;

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_not_replaced_unless_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    write_private(&path, b"first", false).unwrap();
    let refusal = write_private(&path, b"second", false).unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::FileExists);
    assert_eq!(fs::read(&path).unwrap(), b"first");
    write_private(&path, b"second", true).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second");
    assert_eq!(
        names_in(folder.path()),
        ["key.pem"],
        "nothing partial stays behind"
    );
}

#[test]
fn a_missing_folder_and_a_folder_in_the_way_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        folder.path().join("none").join("key.pem"),
        folder.path().to_owned(),
    ] {
        let refusal = write_private(&path, b"x", true).unwrap_err();
        assert_eq!(refusal.code(), ProblemCode::FileUnwritable, "{refusal}");
    }
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn only_the_owner_may_read_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        fs::write(&path, b"open to all").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write_private(&path, b"private", true).unwrap();
        assert_eq!(mode(&path), 0o600);
        replace_under_lock(&path, b"again").unwrap();
        assert_eq!(mode(&path), 0o600);
        make_folder(&folder.path().join("a").join("b")).unwrap();
        assert_eq!(mode(&folder.path().join("a").join("b")), 0o700);
        make_file(&folder.path().join("empty")).unwrap();
        assert_eq!(mode(&folder.path().join("empty")), 0o600);
    }

    #[test]
    fn a_link_is_replaced_and_a_device_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        fs::write(&target, b"untouched").unwrap();
        let link = folder.path().join("link");
        symlink(&target, &link).unwrap();
        assert_eq!(
            write_private(&link, b"x", false).unwrap_err().code(),
            ProblemCode::FileExists
        );
        write_private(&link, b"x", true).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"untouched");
        assert!(
            link.symlink_metadata().unwrap().is_file(),
            "the link is a file now"
        );

        let device = folder.path().join("device");
        symlink("/dev/null", &device).unwrap();
        assert_eq!(
            write_private(&device, b"x", true).unwrap_err().code(),
            ProblemCode::FileUnwritable
        );
        assert!(
            device.symlink_metadata().unwrap().is_symlink(),
            "the device's name stays"
        );
    }

    #[test]
    fn what_a_killed_writer_left_is_used_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.age");
        fs::write(folder.path().join("secrets.age.partial"), b"half").unwrap();
        replace_under_lock(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names_in(folder.path()), ["secrets.age"]);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        for (mode, accepted) in [(0o600, true), (0o400, true), (0o644, false), (0o604, false)] {
            fs::write(&path, b"key").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = read_private(&path);
            assert_eq!(read.is_ok(), accepted, "mode {mode:o}");
            if let Err(refusal) = read {
                assert_eq!(refusal.code(), ProblemCode::FileUnreadable);
                assert!(
                    refusal.to_string().contains(&format!("(mode {mode:04o})")),
                    "{refusal}"
                );
            }
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_key_may_come_through_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();
        assert!(made.success(), "mkfifo");
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, b"passphrase").unwrap()
        });
        assert_eq!(read_private(&pipe).unwrap().expose(), b"passphrase");
        writer.join().unwrap();
    }
}
