//! One bad profile for each rule, with the whole message.

macro_rules! refused {
    ($($name:ident: $from:literal => $to:literal, $message:literal;)+) => {$(
        #[test]
        fn $name() {
            assert_eq!(broken($from, $to), concat!("acme.toml, ", $message));
        }
    )+};
}

mod form {
    use super::super::broken;

    refused! {
        text_that_is_no_toml: "title = \"Acme Reports\"" => "title = Acme",
            "line 3: string values must be quoted, expected literal string";
        a_key_twice_in_one_table: "summary" => "title",
            "line 4: duplicate key";
        an_unknown_key: "summary" => "sumary",
            "line 4: unknown field `sumary`, expected one of `schema`, `id`, `title`, `summary`, `service`, `guide`, `bundle`, `variant`, `input`, `checks`, `product_step`, `value`, `notice`";
        an_unknown_key_deep_inside: "reason = \"Reads the attachments.\"" => "because = \"Reads.\"",
            "line 22: unknown field `because`, expected one of `resource`, `name`, `kind`, `reason`, `sets`, `when`";
        a_wrong_type: "label = \"App\"" => "label = 7",
            "line 55: invalid type: integer `7`, expected a string";
        an_unknown_word: "owner = \"vendor\"" => "owner = \"reseller\"",
            "line 26: unknown variant `reseller`, expected one of `fairlead`, `customer`, `vendor`";
        a_missing_key: "label = \"With attachments?\"\n" => "",
            "line 41: missing field `label`";
        an_id_that_is_none: "id = \"acme-reports\"" => "id = \"Acme Reports\"",
            "line 2: `Acme Reports` is not a profile id (lower-case letters, digits and hyphens); an example of one: `planner-data-mart`";
        a_later_schema: "schema = 1" => "schema = 2\nfuture = true",
            "line 1: schema 2 is not supported; this version reads schema 1";
        no_schema: "schema = 1" => "",
            "line 1: missing field `schema`";
    }
}

mod whole {
    use super::super::broken;

    refused! {
        an_empty_title: "title = \"Acme Reports\"" => "title = \" \"",
            "line 3: `title` is empty";
        an_unknown_check: "\"token.issued\"" => "\n  \"token.ishued\"",
            "line 7: `token.ishued` is neither a check nor a category of checks with `.*`";
        an_unknown_category: "network.*" => "netwerk.*",
            "line 6: `netwerk.*` is neither a check nor a category of checks with `.*`";
        a_check_twice: "\"network.*\"" => "\"token.issued\"",
            "line 6: `token.issued` is named twice";
        a_bundle_with_variants: "service = \"planner\"" => "service = \"bundle\"\nbundle = [\"rooms\"]",
            "line 9: a bundle has no variants; its profiles have";
        profiles_in_what_is_no_bundle: "service = \"planner\"" => "service = \"planner\"\nbundle = [\"rooms\"]",
            "line 6: only a profile with `service = \"bundle\"` names other profiles";
    }
}

mod variants {
    use super::super::broken;

    refused! {
        no_credentials: "credentials = [\"vendor\"]" => "credentials = []",
            "line 27: a variant names at least one credential";
        a_credential_twice: "[\"certificate\", \"secret\"]" => "[\"secret\", \"secret\"]",
            "line 10: `secret` is named twice";
        a_vendors_app_with_a_certificate: "credentials = [\"vendor\"]" => "credentials = [\"certificate\"]",
            "line 27: a vendor's app has the credential `vendor` and no other";
        fairleads_app_as_a_vendors: "owner = \"vendor\"" => "owner = \"fairlead\"",
            "line 27: Fairlead's own app has no credential `vendor`";
        a_service_account_in_the_cloud: "[\"certificate\", \"secret\"]" => "[\"certificate\", \"service-account\"]",
            "line 10: `service-account` is for Exchange on the customer's own servers alone";
        two_variants_for_one_way: "owner = \"vendor\"\ncredentials = [\"vendor\"]" => "owner = \"customer\"\ncredentials = [\"secret\"]",
            "line 27: the owner `customer` has the credential `secret` in an earlier variant already";
        a_key_without_a_certificate: "[\"certificate\", \"secret\"]" => "[\"secret\"]",
            "line 11: a key is only held where the credential can be a certificate";
        a_vendors_request_reduced: "credentials = [\"vendor\"]" => "credentials = [\"vendor\"]\nreducible = true",
            "line 28: what a vendor's app asks for can't be reduced by the customer";
        a_redirect_to_nowhere: "https://{site}/return" => "http://{site}/return",
            "line 12: `http://contoso.example.com/return` is no redirect URI; it begins with https";
        a_redirect_with_an_unknown_input: "https://{site}/return" => "https://{host}/return",
            "line 12: `{host}` is not an input of this profile";
    }
}

mod permissions {
    use super::super::broken;

    refused! {
        an_unknown_permission: "Tasks.Read.All" => "Task.Read.All",
            "line 15: `Task.Read.All` is no permission of Microsoft Graph that Fairlead knows";
        a_permission_of_another_service: "name = \"Tasks.Read.All\"" => "resource = \"exchange\"\nname = \"Tasks.Read.All\"",
            "line 16: `Tasks.Read.All` is no permission of Office 365 Exchange Online that Fairlead knows";
        a_permission_in_the_wrong_kind: "name = \"Tasks.Read.All\"" => "name = \"Tasks.Read\"",
            "line 16: `Tasks.Read` does not exist as application permission, only as delegated permission";
        a_permission_in_the_other_wrong_kind: "name = \"Tasks.Read\"\n" => "name = \"Tasks.Read.All\"\n",
            "line 31: `Tasks.Read.All` does not exist as delegated permission, only as application permission";
        no_reason: "\"Reads the plans.\"" => "\"\"",
            "line 17: `reason` is empty";
        no_set: "sets = [\"least\"]" => "sets = []",
            "line 32: a permission belongs to `product`, to `least`, or to both";
        a_permission_twice: "name = \"Files.Read.All\"\nkind = \"application\"\nreason = \"Reads the attachments.\"\nwhen = { attachments = \"yes\" }" => "name = \"Tasks.Read.All\"\nkind = \"application\"\nreason = \"Again.\"",
            "line 20: `Tasks.Read.All (application)` is asked for twice";
        a_condition_on_an_unknown_input: "{ attachments = \"yes\" }" => "{ attachment = \"yes\" }",
            "line 23: `when` names the input `attachment`, which is not asked here";
        a_condition_on_an_input_of_others: "default = \"no\"\nowners = [\"customer\"]" => "default = \"no\"\nowners = [\"vendor\"]",
            "line 23: `when` names the input `attachments`, which is not asked here";
        a_condition_that_is_never_met: "{ attachments = \"yes\" }" => "{ attachments = \"all\" }",
            "line 23: the input `attachments` is answered by `yes` or `no`, never `all`";
    }
}

mod inputs {
    use super::super::broken;

    refused! {
        an_input_twice: "name = \"attachments\"" => "name = \"site\"",
            "line 42: the input `site` is asked twice";
        a_name_that_is_none: "name = \"attachments\"" => "name = \"With-Attachments\"",
            "line 42: `With-Attachments` is no name of an input; lower-case letters and `_` are";
        a_name_that_is_taken: "name = \"attachments\"" => "name = \"tenant_id\"",
            "line 42: `tenant_id` is known without being asked";
        a_secret: "name = \"site\"" => "name = \"client_secret\"",
            "line 36: `client_secret` looks like a secret; secrets are never inputs";
        a_secret_with_a_default: "name = \"attachments\"" => "name = \"mail_password\"",
            "line 42: `mail_password` looks like a secret; secrets are never inputs, least of all with a default";
        no_question: "\"With attachments?\"" => "\"\"",
            "line 43: `label` is empty";
        an_example_that_is_wrong: "example = \"contoso.example.com\"" => "example = \"Contoso\"",
            "line 38: the example `Contoso` does not meet the input's own check";
        a_default_that_is_wrong: "default = \"no\"" => "default = \"never\"",
            "line 46: the default `never` does not meet the input's own check";
        a_default_that_may_be_left_out: "default = \"no\"" => "default = \"no\"\noptional = true",
            "line 47: an input with a default is always answered, so it is not optional";
        an_input_for_an_owner_that_is_not_there: "owners = [\"customer\"]\n\n[[product_step]]" => "owners = [\"fairlead\"]\n\n[[product_step]]",
            "line 47: no variant has the owner `fairlead`";
        an_input_for_a_credential_that_is_not_there: "default = \"no\"" => "credentials = [\"account\"]\ndefault = \"no\"",
            "line 46: no variant has the credential `account`";
        an_input_that_nobody_sees: "default = \"no\"" => "credentials = [\"vendor\"]\ndefault = \"no\"",
            "line 41: no variant has these owners with these credentials";
    }
}

mod texts {
    use super::super::broken;

    refused! {
        an_unknown_input_in_a_value: "text = \"https://{site}/{tenant_id}\"" => "text = \"https://{host}/\"",
            "line 63: `{host}` is not an input of this profile";
        an_unknown_input_in_a_step: "Open https://{site}" => "Open {page}",
            "line 50: `{page}` is not an input of this profile";
        an_unknown_input_in_a_notice: "takes an hour" => "takes {hours}",
            "line 67: `{hours}` is not an input of this profile";
        a_value_twice: "name = \"address\"" => "name = \"client_id\"",
            "line 60: the value `client_id` is handed over twice";
        a_text_value_without_text: "\ntext = \"https://{site}/{tenant_id}\"" => "",
            "line 62: the source `text` needs a `text`";
        a_text_where_none_is_used: "source = \"client_id\"" => "source = \"client_id\"\ntext = \"x\"",
            "line 57: only the source `text` has a `text`";
        an_empty_label: "label = \"App\"" => "label = \"\"",
            "line 55: `label` is empty";
        a_step_for_an_owner_that_is_not_there: "owners = [\"vendor\"]" => "owners = [\"fairlead\"]",
            "line 51: no variant has the owner `fairlead`";
        an_empty_notice: "\"The first run takes an hour.\"" => "\"\"",
            "line 67: `text` is empty";
    }

    #[test]
    fn a_notice_twice() {
        assert_eq!(
            broken(
                "[[notice]]",
                "[[notice]]\nid = \"slow\"\ntext = \"Again.\"\n\n[[notice]]"
            ),
            "acme.toml, line 69: `slow` is named twice"
        );
    }
}
