package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/internal/claims"
	"yiju/internal/pipeline"
	"yiju/internal/report"
	"yiju/web"
)

// Bounds on an applicant's table: its bytes, and those of the request that carries
// them in base64.
const (
	maxClaims     = 8 << 20
	maxClaimsBody = maxClaims*4/3 + 1<<20
)

// standardBody is a standard at one tier.
type standardBody struct {
	ID           string            `json:"id" doc:"<standard>/<tier>"`
	Standard     string            `json:"standard"`
	Tier         string            `json:"tier"`
	Title        geo.Text          `json:"title"`
	TierTitle    geo.Text          `json:"tier_title"`
	Version      string            `json:"version"`
	Source       geo.Text          `json:"source"`
	Levels       []indicator.Level `json:"levels" doc:"Those whose requirements count; empty where the standard has none"`
	Indicators   int               `json:"indicators"`
	Requirements int               `json:"requirements"`
}

type standardsBody struct {
	Standards []standardBody `json:"standards"`
}

type judgementsBody struct {
	Judgements []pipeline.KeptJudgement `json:"judgements"`
}

// claimsFile is an applicant's table as a file.
type claimsFile struct {
	Name string `json:"name" minLength:"1" maxLength:"300" doc:"Its name with the ending, by which its format is told"`
	Data []byte `json:"data" doc:"Its bytes"`
}

type judgeInput struct {
	ScenarioQuery
	Body struct {
		Profile    string      `json:"profile" minLength:"1" maxLength:"200" doc:"The id of a standard at a tier; a standard alone where the project type of the community decides"`
		Community  string      `json:"community,omitempty" maxLength:"200" doc:"Id or name; the default one when empty"`
		Claims     *claimsFile `json:"claims,omitempty" doc:"The applicant's table; without it the one kept before stays in force"`
		DropClaims bool        `json:"drop_claims,omitempty" doc:"Forget the table kept before"`
		Assume     bool        `json:"assume,omitempty" doc:"Take documented usual values for missing attributes of cells, buildings and cameras, and say so"`
	}
}

type evidenceInput struct {
	Body struct {
		Standard    string                 `json:"standard" maxLength:"200" doc:"The id of the standard, without its tier"`
		Requirement string                 `json:"requirement" maxLength:"200"`
		Kind        indicator.EvidenceKind `json:"kind" enum:"document,waiver"`
		Title       string                 `json:"title,omitempty" maxLength:"300"`
		File        string                 `json:"file,omitempty" maxLength:"300" doc:"Where the document is; it is not stored itself"`
		Date        string                 `json:"date,omitempty" maxLength:"30"`
		Author      string                 `json:"author,omitempty" maxLength:"200"`
		Reason      string                 `json:"reason,omitempty" maxLength:"2000"`
		Value       *float64               `json:"value,omitempty" doc:"The count or share that the document states"`
		Community   string                 `json:"community,omitempty" maxLength:"200" doc:"Id; empty is for every community"`
	}
}

func (s *Server) judgeRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-standards", Method: http.MethodGet, Path: "/api/standards",
		Summary: "The standards that a community can be judged under", Tags: []string{"judgements"},
	}, func(ctx context.Context, _ *struct{}) (*answer[standardsBody], error) {
		profiles, err := pipeline.Profiles()
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[standardsBody]{standardsBody{standardsOf(profiles)}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-judgements", Method: http.MethodGet, Path: "/api/judgements",
		Summary: "The judgements that the workspace holds", Tags: []string{"judgements"},
	}, func(ctx context.Context, in *ScenarioQuery) (*answer[judgementsBody], error) {
		at, err := s.at(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		judgements, err := pipeline.Judgements(ctx, at.store)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[judgementsBody]{judgementsBody{judgements}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "judge", Method: http.MethodPost, Path: "/api/judgements",
		Summary: "Judge a community under a standard, and keep the judgement", Tags: []string{"judgements"},
		MaxBodyBytes: maxClaimsBody,
	}, s.judge)
	huma.Register(api, huma.Operation{
		OperationID: "add-evidence", Method: http.MethodPost, Path: "/api/evidence",
		Summary: "Keep a document or a waiver; judgements that it concerns are then out of date", Tags: []string{"judgements"},
		MaxBodyBytes: maxBody, DefaultStatus: http.StatusNoContent,
	}, s.addEvidence)
	huma.Register(api, huma.Operation{
		OperationID: "report-judgement", Method: http.MethodGet, Path: "/api/judgements/report",
		Summary: "A kept judgement as a file", Tags: []string{"judgements"},
		Responses: map[string]*huma.Response{"200": {Description: "The report", Content: map[string]*huma.MediaType{
			htmlType: {}, xlsxType: {}, "application/json": {},
		}}},
	}, s.reportJudgement)
}

// standardsOf tells of each profile what it takes to choose one.
func standardsOf(profiles []indicator.Profile) []standardBody {
	out := make([]standardBody, 0, len(profiles))
	for i := range profiles {
		p := &profiles[i]
		body := standardBody{
			ID: p.ID, Standard: p.Standard, Tier: p.Tier, Title: p.Title, TierTitle: p.TierTitle, Version: p.Version,
			Source: p.Source, Levels: append([]indicator.Level{}, p.Levels...), Indicators: len(p.Indicators),
		}
		for _, in := range p.Indicators {
			body.Requirements += len(in.Requirements)
		}
		out = append(out, body)
	}
	return out
}

func (s *Server) judge(ctx context.Context, in *judgeInput) (*answer[*indicator.Judgement], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	b := &in.Body
	profile, sha256, err := at.pipeline.ProfileFor(ctx, b.Profile, nil, b.Community)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	request := pipeline.JudgeRequest{
		Loaded: &profile, SHA256: sha256, Community: b.Community, KeepClaims: !b.DropClaims, Assume: b.Assume,
	}
	if b.Claims != nil {
		if request.Claims, err = readClaims(ctx, b.Claims, &profile); err != nil {
			return nil, s.asProblem(ctx, err)
		}
	}
	judgement, err := at.pipeline.Judge(ctx, request)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[*indicator.Judgement]{judgement}, nil
}

// readClaims reads an applicant's table. Of its name no folder is kept.
func readClaims(ctx context.Context, file *claimsFile, profile *indicator.Profile) (*indicator.Claims, error) {
	if len(file.Data) > maxClaims {
		return nil, geo.Refuse(geo.Tf("申报表 %s 超过 %d MB", "the table %s is larger than %d MB", file.Name, maxClaims>>20),
			geo.T("只保留指标表所在的工作表，另存后重新上传", "keep only the sheet with the table, save it anew and send that"))
	}
	name := path.Base(strings.ReplaceAll(file.Name, `\`, "/"))
	others, err := pipeline.Profiles() // to say of which standard a table is
	if err != nil {
		return nil, err
	}
	return claims.Read(ctx, name, bytes.NewReader(file.Data), profile, others...)
}

func (s *Server) addEvidence(ctx context.Context, in *evidenceInput) (*struct{}, error) {
	b := &in.Body
	err := s.pipeline.AddEvidence(ctx, indicator.Evidence{
		Standard: b.Standard, Requirement: b.Requirement, Kind: b.Kind, Title: b.Title, File: b.File,
		Date: b.Date, Author: b.Author, Reason: b.Reason, Value: b.Value,
	}, b.Community)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return nil, nil
}

type reportInput struct {
	ScenarioQuery
	Profile   string `query:"profile" required:"true" maxLength:"200"`
	Community string `query:"community" maxLength:"200" doc:"Id; empty takes the first that was judged under the profile"`
	Format    string `query:"format" default:"html" enum:"html,xlsx,json"`
	Lang      string `query:"lang" default:"zh" enum:"zh,en"`

	origin string // of this server, for links to the map
}

// Resolve implements huma.Resolver.
func (in *reportInput) Resolve(ctx huma.Context) []error {
	scheme := "http"
	if ctx.TLS() != nil {
		scheme = "https"
	}
	in.origin = (&url.URL{Scheme: scheme, Host: ctx.Host(), Path: "/"}).String()
	return nil
}

// The formats of reports.
const (
	htmlType = "text/html; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	jsonType = "application/json"
)

// fileAnswer is a file to be kept under a name.
type fileAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) reportJudgement(ctx context.Context, in *reportInput) (*fileAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	kept, err := pipeline.Judgements(ctx, at.store)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	i := slices.IndexFunc(kept, func(k pipeline.KeptJudgement) bool {
		return k.Profile.ID == in.Profile && (in.Community == "" || k.Community.ID == in.Community)
	})
	if i < 0 {
		return nil, notFound(geo.Tf("还没有按 %q 评定过这个社区", "this community has not been judged under %q", in.Profile))
	}
	j := &kept[i].Judgement
	if at.place != nil {
		j.ScenarioName = at.place.Scenario().Name
		in.origin += "#scenario=" + url.QueryEscape(in.Scenario)
	}
	var file bytes.Buffer
	contentType, err := at.writeReport(ctx, &file, j, in)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &fileAnswer{ContentType: contentType, Disposition: attachment(j, in.Lang, in.Format), Body: file.Bytes()}, nil
}

// writeReport writes a judgement in the format that is asked for, and tells its type.
func (at site) writeReport(ctx context.Context, file *bytes.Buffer, j *indicator.Judgement, in *reportInput) (contentType string, err error) {
	switch in.Format {
	case "xlsx":
		return xlsxType, report.JudgementXLSX(file, j, in.Lang)
	case "json":
		return jsonType, report.JudgementJSON(file, j)
	}
	page, err := at.pipeline.Page(ctx, j)
	if err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	page.Script, page.MapURL, page.Lang = web.ECharts(), in.origin, in.Lang
	return htmlType, report.JudgementHTML(file, page)
}

// attachment names the file of a report in its own language, and in plain letters
// for programs that read no others (RFC 6266, RFC 5987).
func attachment(j *indicator.Judgement, lang, format string) string {
	var parts []string
	for _, part := range []string{j.Community.Name, j.Profile.Title.In(lang), j.Profile.TierTitle.In(lang)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	plain := strings.ReplaceAll(j.Profile.ID, "/", "-")
	own := strings.Map(fileLetter, strings.Join(parts, "-"))
	return fmt.Sprintf(`attachment; filename="%s.%s"; filename*=UTF-8''%s.%s`, plain, format, strings.ReplaceAll(url.QueryEscape(own), "+", "%20"), format)
}

// fileLetter keeps letters that every system takes in the name of a file.
func fileLetter(r rune) rune {
	if r < ' ' || strings.ContainsRune(`<>:"/\|?*'();`, r) {
		return '_'
	}
	return r
}
