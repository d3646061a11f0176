//! Microsoft Graph: applications, grants, directory, Planner.
