using System.Text;

namespace Metrics.Tests.Access;

/// <summary>
/// A company of two teams, crm and zebra, with something of every kind. Everything of zebra, and everything of nobody, has the word
/// zebra in it; without zebra it is the same company with only crm in it.
/// </summary>
internal static class TwoTeams
{
    /// <summary>Of a team: $ is its name, &amp; its domain, % a digit that tells its figures from the other's, ! a tier.</summary>
    private const string OfTeam = """
        # teams team,name,domain,manager_email
        $,Team $,&,lead@$.example
        # datasets dataset,valid_from,name,tier,team,domain,description,classification,contains_pii,freshness_max_age,lifecycle,data_product,definition_url
        $.orders,,Orders of $,0,$,,all of $,internal,false,P1D,active,$-shop,https://$.example
        $.events,,Events of $,!,$,&,,,,P2D,active,$-shop,
        # pipelines pipeline,name,team,schedule,datasets,system
        $-load,Load of $,$,,$.orders;$.events,airflow
        # pipeline_runs pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state,trigger,rows_written,error
        $-load,1,1,2026-07-0%T00:00:00Z,2026-07-0%T00:00:00Z,2026-07-0%T01:00:00Z,success,scheduled,%,
        $-load,2,1,2026-08-0%T00:00:00Z,2026-08-0%T00:00:00Z,2026-08-0%T01:00:00Z,failed,scheduled,,$ has no disk
        $-load,3,1,2026-08-1%T00:00:00Z,2026-08-1%T00:00:00Z,2026-08-1%T01:00:00Z,success,scheduled,%,
        # checks check_id,dataset,kind,column,enabled,since
        $-k1,$.orders,volume,,true,2026-01-01T00:00:00Z
        $-k2,$.orders,schema,,true,2026-01-01T00:00:00Z
        # check_results check_id,run_at,status,value,message
        $-k1,2026-08-0%T02:00:00Z,fail,%,$ is empty
        # incidents incident_id,title,severity,status,datasets,started_at,detected_at,acknowledged_at,resolved_at,detected_by,cause,postmortem_url,postmortem_published_at
        $-i1,$ is down,1,resolved,$.orders,2026-08-0%T00:00:00Z,2026-08-0%T01:00:00Z,2026-08-0%T01:10:00Z,2026-08-0%T0%:30:00Z,monitoring,change,https://$.example/pm,2026-08-1%T00:00:00Z
        $-i2,$ is late,2,open,$.events,2026-09-0%T00:00:00Z,2026-09-0%T01:00:00Z,,,stakeholder,upstream,,
        # postmortem_actions action_id,incident_id,title,owner,created_at,due_on,completed_on,status
        $-a1,$-i1,Mend $,ada,2026-08-1%T00:00:00Z,2026-08-2%,2026-08-2%,done
        $-a2,$-i1,Watch $,ada,2026-08-1%T00:00:00Z,2026-09-1%,,open
        # changes change_id,title,kind,datasets,team,approved_at,deployed_at,failed,cancelled
        $-c1,Change of $,standard,$.orders,$,2026-08-01T00:00:00Z,2026-08-0%T12:00:00Z,false,false
        # pull_requests repository,number,title,author,team,opened_at,first_review_at,approved_at,merged_at
        $-repo,1,Pull of $,ada,$,2026-08-01T00:00:00Z,2026-08-01T0%:00:00Z,2026-08-0%T00:00:00Z,2026-08-0%T12:00:00Z
        # costs cost_id,charge_start,charge_end,service,resource,effective_cost,billed_cost,currency,dataset,pipeline,team
        $-m1,2026-08-01T00:00:00Z,2026-08-02T00:00:00Z,$-warehouse,$-res,1%,1%,EUR,$.orders,,$
        $-m2,2026-09-01T00:00:00Z,2026-09-02T00:00:00Z,storage,$-res,2%,2%,EUR,,$-load,
        # usage_units day,unit,dataset,team,quantity
        2026-08-01,tb_processed,$.orders,$,%
        2026-08-01,query,$.orders,$,1%
        # backfills backfill_id,dataset,reason,issue_detected_at,requested_at,started_at,completed_at,cancelled
        $-b1,$.orders,$ was wrong,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,2026-08-01T02:00:00Z,2026-08-01T1%:00:00Z,false
        # roadmap_items item_id,title,team,quarter,committed_at,completed_at
        $-r1,Road of $,$,2026-Q3,2026-07-01T00:00:00Z,2026-08-0%T00:00:00Z
        $-r2,Road of $,$,2026-Q3,2026-07-01T00:00:00Z,
        # survey_responses survey,response_id,responded_at,stakeholder_group,team,score,scale_max,comment
        $-s,1,2026-08-01T00:00:00Z,$-finance,$,%,5,$ is fine
        $-s,2,2026-08-01T00:00:00Z,$-finance,$,4,5,
        $-s,3,2026-08-01T00:00:00Z,$-finance,$,4,5,
        $-s,4,2026-08-01T00:00:00Z,$-finance,$,4,5,
        $-s,5,2026-08-01T00:00:00Z,$-finance,$,4,5,
        $-s,6,2026-08-01T00:00:00Z,$-finance,$,4,5,
        # survey_invitations survey,sent_at,invited,team
        $-s,2026-07-31T00:00:00Z,1%,$
        # product_usage day,data_product,dataset,active_users,queries,dashboards,service_queries
        2026-08-01,$-shop,$.orders,%,1%,1,0
        # access_requests request_id,dataset,team,kind,requested_at,approved_at,granted_at
        $-q1,$.orders,$,standard_role,2026-08-01T00:00:00Z,2026-08-0%T00:00:00Z,2026-08-0%T12:00:00Z
        $-q2,$.orders,$,custom,2026-09-03T00:00:00Z,,
        # access_reviews review_id,scope,dataset,due_on,completed_on,grants_reviewed,grants_revoked
        $-v1,$,$.orders,2026-08-1%,2026-08-0%,1%,%
        # schema_changes change_id,dataset,detected_at,change,column,from,to,breaking,effective_at,notified_at
        $-x1,$.orders,2026-08-01T00:00:00Z,column_removed,$-col,int,,true,2026-08-1%T00:00:00Z,2026-08-01T00:00:00Z
        # alerts alert_id,dataset,check_id,raised_at,acknowledged_at,action_taken,incident_id
        $-l1,$.orders,$-k1,2026-08-0%T02:00:00Z,2026-08-0%T03:00:00Z,true,$-i1
        # team_months month,team,headcount_start,headcount_end,voluntary_leavers,involuntary_leavers,engagement_score,engagement_scale_max,growth_plans
        2026-08,$,1%,1%,1,0,4,5,%
        # requisitions requisition_id,team,opened_on,filled_on,offers_extended,offers_accepted
        $-h1,$,2026-06-01,2026-08-0%,3,1
        """;

    /// <summary>About datasets of both teams, and led by crm's, which is more critical.</summary>
    private const string SharedByCrm = """
        # incidents incident_id,title,severity,status,datasets,started_at,detected_at,resolved_at,detected_by
        both-1,Both are down,1,resolved,crm.orders;zebra.events,2026-08-20T00:00:00Z,2026-08-20T01:00:00Z,2026-08-20T03:00:00Z,test
        """;

    /// <summary>Compute belongs to nobody, so that nobody with a limit sees any; that there is a source of it is no secret.</summary>
    private const string ComputeOfOld = """
        # compute_usage resource,period_start,period_end,used,provisioned,measure
        cluster,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,1,2,credit
        """;

    /// <summary>Led by zebra, though crm's data is in it; and what is attributed to nobody.</summary>
    private const string OfOthers = """
        # incidents incident_id,title,severity,status,datasets,started_at,detected_at,resolved_at,detected_by
        zebra-both,zebra led it,1,resolved,zebra.orders;crm.events,2026-08-21T00:00:00Z,2026-08-21T01:00:00Z,2026-08-21T09:00:00Z,test
        zebra-nobody,zebra of nobody,1,resolved,,2026-08-22T00:00:00Z,2026-08-22T01:00:00Z,2026-08-22T09:00:00Z,test
        # pull_requests repository,number,title,author,team,opened_at,merged_at
        zebra-nobody,1,zebra,eve,,2026-08-01T00:00:00Z,2026-08-30T00:00:00Z
        # costs cost_id,charge_start,charge_end,service,resource,effective_cost,currency
        zebra-nobody,2026-08-01T00:00:00Z,2026-08-02T00:00:00Z,zebra-licences,r,1000,EUR
        # compute_usage resource,period_start,period_end,used,provisioned,measure
        zebra-cluster,2026-08-01T00:00:00Z,2026-08-02T00:00:00Z,3,4,credit
        """;

    /// <summary>Canonical files; the same files, shorter, without zebra.</summary>
    /// <param name="entangled">Whether there is what both teams have had, or have had a part in.</param>
    public static (string Name, string Text)[] Files(bool withZebra, bool entangled = true)
    {
        string[] parts =
        [
            Of("crm", "people", '2', '2'), ComputeOfOld,
            .. entangled ? (string[])[SharedByCrm, Given(withZebra)] : [],
            .. withZebra ? (string[])[Of("zebra", "zoo", '3', '1'), .. entangled ? (string[])[OfOthers] : []] : [],
        ];
        return Merge(parts);
    }

    /// <summary>A dataset that zebra gave to crm in the middle of August.</summary>
    private static string Given(bool withZebra) =>
        "# datasets dataset,valid_from,name,tier,team,domain,description\n"
        + (withZebra ? "given,,zebras,1,zebra,zoo,zebra made it\n" : "") + "given,2026-08-15T00:00:00Z,given,2,crm,people,crm has it\n"
        + "# incidents incident_id,title,severity,status,datasets,started_at,detected_at,resolved_at,detected_by\n"
        + (withZebra ? "zebra-then,zebra had it,1,resolved,given,2026-08-10T00:00:00Z,2026-08-10T01:00:00Z,2026-08-10T05:00:00Z,test\n" : "")
        + "now,crm has it,1,resolved,given,2026-08-25T00:00:00Z,2026-08-25T01:00:00Z,2026-08-25T02:00:00Z,test\n";

    private static string Of(string team, string domain, char digit, char tier) =>
        OfTeam.Replace("$", team, StringComparison.Ordinal).Replace("&", domain, StringComparison.Ordinal).Replace('%', digit).Replace('!', tier);

    /// <summary>One file for each kind of record: of the columns of all its parts, and the rows one after the other.</summary>
    private static (string Name, string Text)[] Merge(IEnumerable<string> parts)
    {
        var files = new Dictionary<string, (List<string> Columns, List<Dictionary<string, string>> Rows)>();
        foreach (var section in parts.SelectMany(p => p.ReplaceLineEndings("\n").Split("# ", StringSplitOptions.RemoveEmptyEntries)))
        {
            var lines = section.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var (name, columns) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1].Split(','));
            if (!files.TryGetValue(name, out var file)) files[name] = file = ([], []);
            file.Columns.AddRange(columns.Except(file.Columns));
            file.Rows.AddRange(lines.Skip(1).Select(l => columns.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second)));
        }

        return
        [
            .. files.Select(f => ($"{f.Key}.csv", f.Value.Rows.Aggregate(
                new StringBuilder(string.Join(',', f.Value.Columns)).Append('\n'),
                (text, row) => text.AppendJoin(',', f.Value.Columns.Select(c => row.GetValueOrDefault(c, ""))).Append('\n')).ToString())),
        ];
    }
}
