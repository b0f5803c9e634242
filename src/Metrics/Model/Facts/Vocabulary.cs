namespace Metrics.Model.Facts;

/// <summary>The one list of run states. Queued, running and unknown are in no denominator.</summary>
public enum RunState { Queued, Running, [Terminal] Success, [Terminal] Failed, [Terminal] Skipped, [Terminal] Cancelled, Unknown }

/// <summary>What set a run off; empty counts as scheduled.</summary>
public enum RunTrigger { Scheduled, Manual, Backfill, Event }

public enum CheckKind { Schema, Uniqueness, Referential, Volume, Freshness, NotNull, AcceptedValues, Custom }

/// <summary>Error means that the check could not run: it says nothing about the data.</summary>
public enum CheckStatus { Pass, Warn, Fail, Error, Skipped }

public enum IncidentStatus { Open, [Terminal] Resolved, [Terminal] FalseAlarm, [Terminal] Duplicate }

public enum DetectedBy { Monitoring, Test, Stakeholder, Other }

public enum IncidentCause { DataPlatform, Upstream, Infrastructure, Change, Unknown }

public enum ActionStatus { Open, [Terminal] Done, [Terminal] Cancelled }

public enum Classification { Public, Internal, Confidential, Restricted }

public enum Lifecycle { Active, Deprecated }

/// <summary>A weekday as it is written in <c>freshness_days</c>.</summary>
public enum Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }

public enum ChangeKind { Standard, Emergency, Project }

public enum AccessKind { StandardRole, Custom, Restricted }

public enum SchemaChangeKind { TableAdded, ColumnAdded, ColumnRemoved, TypeChanged, ConstraintChanged, TableRemoved }
