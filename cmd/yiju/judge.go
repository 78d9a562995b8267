package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
	"yiju/internal/claims"
	"yiju/internal/pipeline"
	"yiju/internal/report"
	"yiju/web"
)

// Exit codes of yiju judge beside those that every command has.
const (
	exitNotMet    = 4
	exitUndecided = 5
)

// judgedError carries the exit code of a verdict; what there is to say was printed.
type judgedError struct{ code int }

func (e judgedError) Error() string { return fmt.Sprintf("judged: exit code %d", e.code) }

// maxClaimsBytes bounds an applicant's table.
const maxClaimsBytes = 32 << 20

// judgeFlags is the command line of yiju judge.
type judgeFlags struct {
	profile   string
	claims    string
	community string
	out       []string
	mapURL    string
	assume    bool
	discard   bool
	asJSON    bool
}

func newJudgeCommand(a *app) *cobra.Command {
	var flags judgeFlags
	cmd := &cobra.Command{
		Use:   "judge",
		Short: a.say("按标准逐项评定社区，核查申报值", "Judge a community under a standard, and audit what is claimed"),
		Long: a.say(
			"逐项计算标准的各项要求，与申报表核对，给出结论和依据，并保存到工作区。\n不给出 --store 时只核查申报表本身。\n\n退出码：0 符合标准；4 不符合；5 证据不足，尚不能认定；1 被拒绝；2 命令有误；3 程序故障。",
			"Compute every requirement of a standard, hold the applicant's table against it, give verdicts with what they rest on, and keep them\nin the workspace. Without --store the table alone is audited.\n\nExit codes: 0 the standard is met; 4 it is not; 5 evidence is lacking; 1 refused; 2 wrong command line; 3 a fault of the program."),
		Example: "  yiju judge --profile shandong-smart-community/growth --store city.gpkg\n" +
			"  yiju judge --profile shandong-smart-community/growth --claims claims.xlsx --store city.gpkg --out report.html,report.xlsx\n" +
			"  yiju judge --profile shandong-smart-community/growth --claims claims.csv\n" +
			"  yiju judge --profile my-profile.yaml --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.judge(cmd.Context(), &flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.profile, "profile", "", a.say("标准/档次，或自己的标准文件（yiju profiles 列出）", "standard/tier, or a profile file of your own; yiju profiles lists them"))
	f.StringVar(&flags.claims, "claims", "", a.say("申报表（XLSX、XLS、CSV、YAML 或粘贴的文本）", "the applicant's table (XLSX, XLS, CSV, YAML or pasted text)"))
	f.StringVar(&flags.community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.StringSliceVar(&flags.out, "out", nil, a.say("报告文件：.html、.xlsx、.json，可给多个", "reports to write: .html, .xlsx, .json; several with commas"))
	f.StringVar(&flags.mapURL, "map-url", "", a.say("报告中地图链接的地址，例如 http://127.0.0.1:8080/", "address of the map that the report links to, such as http://127.0.0.1:8080/"))
	f.BoolVar(&flags.assume, "assume", false, a.say("缺失的属性取有出处的常见值并注明（不给出则视为未知）", "take documented usual values for missing attributes, and say so; without it they stay unknown"))
	f.BoolVar(&flags.discard, "discard", false, a.say("不保存到工作区", "do not keep the judgement in the workspace"))
	f.BoolVar(&flags.asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	a.scenarioFlag(cmd)
	_ = cmd.MarkFlagRequired("profile")
	return cmd
}

func (a *app) judge(ctx context.Context, flags *judgeFlags) error {
	if err := checkReports(flags.out); err != nil {
		return err
	}
	if a.scenario != "" && a.store == "" {
		return usageError{errors.New(a.say("--scenario 需要 --store", "--scenario needs --store"))}
	}
	if a.store == "" && flags.claims == "" {
		return usageError{errors.New(a.say("缺少 --store 或 --claims", "--store or --claims is missing"))}
	}
	page, err := a.judgement(ctx, flags)
	if err != nil {
		return err
	}
	page.Script, page.MapURL, page.Lang = web.ECharts(), flags.mapURL, a.lang
	for _, path := range flags.out {
		if err := writeReport(path, page); err != nil {
			return err
		}
	}
	j := page.Judgement
	if flags.asJSON {
		if err := report.JudgementJSON(a.stdout, j); err != nil {
			return err
		}
	} else {
		a.printJudgement(j)
		for _, path := range flags.out {
			fmt.Fprintln(a.stdout, "→ "+path)
		}
	}
	switch j.Answer.Verdict {
	case indicator.Pass:
		return nil
	case indicator.Insufficient:
		return judgedError{exitUndecided}
	}
	return judgedError{exitNotMet}
}

// judgement judges with the workspace, or from the table alone.
func (a *app) judgement(ctx context.Context, flags *judgeFlags) (page report.JudgementPage, err error) {
	if a.store == "" {
		profile, sha256, err := pipeline.LoadProfile(flags.profile, os.ReadFile, "")
		if err != nil {
			return page, err
		}
		claimed, err := readClaims(ctx, flags.claims, &profile)
		if err != nil {
			return page, err
		}
		page.Judgement, err = pipeline.AuditClaims(profile, sha256, claimed)
		return page, err
	}
	at, err := a.openPlace(ctx)
	if err != nil {
		return page, err
	}
	defer at.Close()
	a.sayPlace(at)
	p := at.pipeline
	request := pipeline.JudgeRequest{Community: flags.community, Assume: flags.assume, Discard: flags.discard}
	profile, sha256, err := p.ProfileFor(ctx, flags.profile, os.ReadFile, flags.community)
	if err != nil {
		return page, err
	}
	request.Loaded, request.SHA256 = &profile, sha256
	if flags.claims != "" {
		if request.Claims, err = readClaims(ctx, flags.claims, &profile); err != nil {
			return page, err
		}
	}
	j, err := p.Judge(ctx, request)
	if err != nil {
		return page, err
	}
	if at.scenario != nil {
		j.ScenarioName = at.scenario.Name
	}
	if slices.ContainsFunc(flags.out, func(path string) bool { return filepath.Ext(path) == ".html" }) {
		return p.Page(ctx, j)
	}
	page.Judgement = j
	return page, nil
}

// readClaims reads the applicant's table.
func readClaims(ctx context.Context, path string, profile *indicator.Profile) (*indicator.Claims, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, geo.Refuse(geo.Tf("读不了申报表 %s", "cannot read the claims file %s", path), geo.T("检查路径", "check the path")).Because(err)
	case info.IsDir() || info.Size() > maxClaimsBytes:
		return nil, geo.Refuse(geo.Tf("%s 不是申报表，或超过 %d MB", "%s is no table of claims, or larger than %d MB", path, maxClaimsBytes>>20))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("读不了申报表 %s", "cannot read the claims file %s", path)).Because(err)
	}
	defer f.Close()
	others, err := pipeline.Profiles() // to say of which standard a table is
	if err != nil {
		return nil, err
	}
	return claims.Read(ctx, filepath.Base(path), f, profile, others...)
}

// checkReports refuses formats that cannot be written, before anything is computed.
func checkReports(paths []string) error {
	for _, path := range paths {
		if ext := filepath.Ext(path); ext != ".html" && ext != ".xlsx" && ext != ".json" {
			return usageError{fmt.Errorf("--out %q: .html | .xlsx | .json", path)}
		}
	}
	return nil
}

// writeReport writes a report beside its place and moves it there when it is whole.
func writeReport(path string, page report.JudgementPage) error {
	return writeWhole(path, func(w io.Writer) error {
		switch filepath.Ext(path) {
		case ".xlsx":
			return report.JudgementXLSX(w, page.Judgement, page.Lang)
		case ".json":
			return report.JudgementJSON(w, page.Judgement)
		}
		return report.JudgementHTML(w, page)
	})
}

// writeWhole writes a file wholly or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	cannot := func(err error) error {
		return geo.Refuse(geo.Tf("无法写入 %s", "cannot write %s", path), geo.T("检查文件夹是否存在、是否有写入权限", "check that the folder exists and may be written to")).Because(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".yiju-*")
	if err != nil {
		return cannot(err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("report %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return cannot(err)
	}
	return nil
}

// printAnswer writes what was judged and the answer.
func (a *app) printAnswer(j *indicator.Judgement) {
	fmt.Fprintf(a.stdout, "%s · %s  [%s]  %s\n", j.Profile.Title.In(a.lang), j.Profile.TierTitle.In(a.lang), j.Profile.ID, j.Community.Name)
	fmt.Fprintln(a.stdout, j.Answer.Text.In(a.lang))
	if c := j.Claims; c != nil {
		fmt.Fprintf(a.stdout, a.say("申报表 %s：%d 行中自称达标 %d 行\n", "claims %s: of %d rows, %d say that they are met\n"), c.File, c.Rows, c.Met)
	}
}

// printJudgement writes the answer, a row for each requirement, and what is worst.
func (a *app) printJudgement(j *indicator.Judgement) {
	a.printAnswer(j)
	rows := [][]string{{a.say("要求", "requirement"), a.say("结论", "verdict"), a.say("门限", "required"), a.say("计算", "computed"), a.say("申报", "claimed")}}
	for _, item := range j.Items {
		for i := range item.Requirements {
			rows = append(rows, a.judgedRow(&item.Requirements[i]))
		}
	}
	for _, line := range align(rows) {
		fmt.Fprintln(a.stdout, "  "+line)
	}
	if slices.ContainsFunc(rows, func(row []string) bool { return strings.HasSuffix(row[2], "*") }) {
		fmt.Fprintln(a.stdout, a.say("  * 门限不是标准规定，出处见报告", "  * the threshold is not from the standard; the report says where it is from"))
	}
	for _, f := range j.Findings {
		fmt.Fprintln(a.stdout, "  · "+f.Text.In(a.lang))
	}
	a.printWorst(j)
}

func (a *app) judgedRow(r *indicator.Judged) []string {
	required, value, claimed := "", "", ""
	switch {
	case r.Unstated:
		required = "?"
	case r.Threshold != nil:
		required = r.Operator.Sign() + " " + wording.Stated(*r.Threshold, r.Unit).In(a.lang)
		if r.ThresholdFrom != (geo.Text{}) {
			required += " *"
		}
	}
	if m := r.Measure; m != nil {
		switch {
		case m.Value != nil:
			value = indicator.Explained(*m.Value, m.Unit, r.Threshold).In(a.lang)
		case m.Low != nil && m.High != nil:
			value = indicator.Explained(*m.Low, m.Unit, r.Threshold).In(a.lang) + " … " + indicator.Explained(*m.High, m.Unit, r.Threshold).In(a.lang)
		case r.Computed == indicator.NotApplicable:
			value = a.say("不适用", "not applicable")
		default:
			value = a.say("未知", "unknown")
		}
	}
	if c := r.Claim; c != nil {
		claimed = a.claimed(c, r.Threshold)
	}
	return []string{r.ID + " " + r.Title.In(a.lang), r.Verdict.Title().In(a.lang), required, value, claimed}
}

// claimed writes the share that an applicant states and, where it is another one, what
// the applicant's own counts give.
func (a *app) claimed(c *indicator.Reading, threshold *float64) string {
	own := ""
	if c.Value != nil {
		own = indicator.Explained(*c.Value, c.Unit, threshold).In(a.lang)
	}
	if len(c.Rates) == 0 || c.Value != nil && *c.Value == c.Rates[len(c.Rates)-1] {
		return own
	}
	stated := indicator.Explained(c.Rates[0], "%", threshold).In(a.lang)
	if own == "" {
		return stated
	}
	return fmt.Sprintf(a.say("%s（自报数字 %s）", "%s (own counts %s)"), stated, own)
}

// mostWorst bounds the requirements that are explained on a terminal.
const mostWorst = 15

func (a *app) printWorst(j *indicator.Judgement) {
	byID := make(map[string]*indicator.Judged)
	for _, item := range j.Items {
		for i := range item.Requirements {
			byID[item.Requirements[i].ID] = &item.Requirements[i]
		}
	}
	for i, id := range j.Worst {
		if i == mostWorst {
			fmt.Fprintf(a.stdout, a.say("  … 另有 %d 项\n", "  … and %d more\n"), len(j.Worst)-mostWorst)
			return
		}
		r := byID[id]
		fmt.Fprintf(a.stdout, "  ! %s %s: %s\n", r.ID, r.Verdict.Title().In(a.lang), worstWords(r).In(a.lang))
		if r.Verdict == indicator.Fail && r.Flip != nil && r.Flip.Text != (geo.Text{}) {
			fmt.Fprintln(a.stdout, "      "+r.Flip.Text.In(a.lang))
		}
	}
}

// worstWords is why a requirement is among the worst: the reason of its verdict or,
// where that is not a bad one, the grave finding about its claim.
func worstWords(r *indicator.Judged) geo.Text {
	if r.Verdict != indicator.Fail && r.Verdict != indicator.Conflict {
		for _, f := range r.Findings {
			if f.Severity == indicator.Grave {
				return f.Text
			}
		}
	}
	return r.Reason
}
