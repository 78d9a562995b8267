package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/analysis/indicator/metric"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// JudgeRequest asks for a community to be judged under a standard.
type JudgeRequest struct {
	// Profile is the id of a built-in profile; a standard without its tier where the
	// project type of the community decides. Loaded takes its place when not nil, with
	// the hash of its text.
	Profile string
	Loaded  *indicator.Profile
	SHA256  string
	// Community is an id or name; empty is the default one.
	Community string
	// Claims are what the applicant reports. Where they are nil, KeepClaims takes those
	// of the judgement kept before.
	Claims     *indicator.Claims
	KeepClaims bool
	// Assume lets documented usual values stand in for missing attributes of 5G cells,
	// buildings and cameras. The judgement then says so.
	Assume bool
	// Discard does not keep what was found.
	Discard bool
}

// evidenceLayer holds documents and waivers.
const evidenceLayer = "evidence"

// Judge measures a community, audits the claims, and keeps the judgement with the
// result layers that show it. The same workspace and claims give the same judgement.
func (p *Pipeline) Judge(ctx context.Context, request JudgeRequest) (*indicator.Judgement, error) {
	p.running.Lock()
	defer p.running.Unlock()
	w, err := p.judging(ctx, request)
	if err != nil {
		return nil, err
	}
	if err := w.measure(ctx); err != nil {
		return nil, err
	}
	c := w.caseOf()
	if err := w.claimed(ctx, &c); err != nil {
		return nil, err
	}
	kept, err := readEvidence(ctx, p.store, w.at, w.scene.Community.ID)
	if err != nil {
		return nil, err
	}
	c.Evidence = append(c.Evidence, kept...) // behind the documents that the claims name
	if w.before != nil {
		c.Before = &w.before.Judgement
	}
	j := indicator.Judge(c)
	if request.Discard {
		return j, nil
	}
	return j, p.keepJudgement(ctx, w, j)
}

// judging is a judgement being made.
type judging struct {
	p       *Pipeline
	ground  ground
	request JudgeRequest
	profile indicator.Profile
	sha256  string
	at      layers.Revision // of the newest input
	net     *scenario.Net   // of a scenario; nil for the place itself
	scene   *scene
	asked   []askedMetric
	needs   []metric.Need
	runs    map[string]*judgedRun // by key of the need
	walkers map[string]*walker    // by profile of walking
	drawn   []analysis.Layer
	before  *KeptJudgement
	claims  *indicator.Claims

	measures, conditions map[string]indicator.Measure
	beside               map[string][]indicator.Measure
}

// askedMetric is a metric that a requirement needs, for one of three uses.
type askedMetric struct {
	requirement string
	use         metricUse
	metric      metric.Metric
	params      indicator.Params
}

type metricUse uint8

const (
	judged metricUse = iota
	condition
	beside
)

// judging reads what there is to judge.
func (p *Pipeline) judging(ctx context.Context, request JudgeRequest) (*judging, error) {
	at, err := newestInput(ctx, p.store)
	if err != nil {
		return nil, err
	}
	community, err := chooseCommunity(ctx, p.store, at, request.Community)
	if err != nil {
		return nil, err
	}
	w := newJudging(p, storeGround{p.store, at}, request, at)
	if request.Loaded != nil {
		w.profile, w.sha256 = *request.Loaded, request.SHA256
	} else {
		projectType, _ := community.Text("project_type")
		if w.profile, w.sha256, err = LoadProfile(request.Profile, nil, projectType); err != nil {
			return nil, err
		}
	}
	if err := w.ask(); err != nil {
		return nil, err
	}
	if w.scene, err = w.ground.scene(ctx, w.spec(community.ID)); err != nil {
		return nil, err
	}
	w.before, err = keptBefore(ctx, p.store, w.profile.ID, community.ID)
	return w, err
}

func newJudging(p *Pipeline, g ground, request JudgeRequest, at layers.Revision) *judging {
	w := &judging{p: p, ground: g, request: request, at: at, runs: make(map[string]*judgedRun), walkers: make(map[string]*walker)}
	if view, ok := p.store.(*scenario.View); ok {
		w.net = view.Net()
	}
	return w
}

// spec is the scene that the metrics see.
func (w *judging) spec(community string) sceneSpec {
	return sceneSpec{community: community, layers: w.inputs(), at: w.at, margin_m: w.marginM()}
}

// ProfileFor loads a profile for a community of the workspace: where a standard
// grades by project type, that of the community chooses the tier.
func (p *Pipeline) ProfileFor(ctx context.Context, idOrPath string, readFile func(string) ([]byte, error), community string) (indicator.Profile, string, error) {
	at, err := newestInput(ctx, p.store)
	if err != nil {
		return indicator.Profile{}, "", err
	}
	found, err := chooseCommunity(ctx, p.store, at, community)
	if err != nil {
		return indicator.Profile{}, "", err
	}
	projectType, _ := found.Text("project_type")
	return LoadProfile(idOrPath, readFile, projectType)
}

// newestInput is the revision of the newest change to anything but results, so that
// a judgement that is kept does not make the next one another one.
func newestInput(ctx context.Context, r layers.Reader) (layers.Revision, error) {
	if _, err := newest(ctx, r); err != nil {
		return 0, err
	}
	infos, err := r.Layers(ctx)
	if err != nil {
		return 0, err
	}
	var at layers.Revision
	for _, info := range infos {
		if info.Schema.Kind == geo.Input && !layers.Planning(info.Schema.Layer) {
			at = max(at, info.Changed)
		}
	}
	return at, nil
}

// askFor is ask for one requirement alone; empty asks for all.
func (w *judging) askFor(requirement string) error {
	if err := w.ask(); err != nil || requirement == "" {
		return err
	}
	asked := w.asked
	w.asked, w.needs = nil, nil
	for _, a := range asked {
		if a.requirement == requirement && a.use != beside {
			w.asked = append(w.asked, a)
			w.addNeeds(&a)
		}
	}
	if !slices.ContainsFunc(w.asked, func(a askedMetric) bool { return a.use == judged }) {
		return errNoRequirement
	}
	return nil
}

// addNeeds lists the analyses that a metric needs, each once.
func (w *judging) addNeeds(a *askedMetric) {
	for _, need := range a.metric.Needs(a.params) {
		if !slices.ContainsFunc(w.needs, func(n metric.Need) bool { return n.Key() == need.Key() }) {
			w.needs = append(w.needs, need)
		}
	}
}

// ask lists the metrics of all requirements, and the analyses that they need.
func (w *judging) ask() error {
	add := func(r *indicator.Requirement, use metricUse, id string, params map[string]indicator.Param) error {
		if id == "" {
			return nil
		}
		m, ok := metric.ByID(id)
		if !ok {
			return geo.Refuse(geo.Tf("标准 %[1]s 的要求 %[2]s 用到未知的指标算法 %[3]s", "requirement %[2]s of profile %[1]s names the unknown metric %[3]s", w.profile.ID, r.ID, id))
		}
		a := askedMetric{requirement: r.ID, use: use, metric: m, params: w.profile.Resolve(params)}
		w.asked = append(w.asked, a)
		w.addNeeds(&a)
		return nil
	}
	for _, in := range w.profile.Indicators {
		for i := range in.Requirements {
			r := &in.Requirements[i]
			if err := add(r, judged, r.Metric, r.Params); err != nil {
				return err
			}
			if r.Condition != nil {
				if err := add(r, condition, r.Condition.Metric, r.Condition.Params); err != nil {
					return err
				}
			}
			for _, b := range r.Also {
				if err := add(r, beside, b.Metric, b.Params); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// inputs are the layers that the metrics read.
func (w *judging) inputs() []string {
	out := []string{"communities", "compounds", "buildings", "facilities"}
	for i := range w.asked {
		out = append(out, w.asked[i].metric.Layers...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w *judging) marginM() float64 {
	margin := 0.0
	for i := range w.asked {
		margin = max(margin, w.asked[i].metric.MarginM(w.asked[i].params))
	}
	return math.Ceil(margin)
}

// measure runs the analyses that are needed and computes every metric.
func (w *judging) measure(ctx context.Context) error {
	if err := w.analyse(ctx); err != nil {
		return err
	}
	in := w.input(ctx)
	w.clear()
	for i := range w.asked {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := w.asked[i].compute(in)
		if err != nil {
			return err
		}
		if err := w.take(&w.asked[i], m); err != nil {
			return err
		}
	}
	return nil
}

// input is what metrics see.
func (w *judging) input(ctx context.Context) *metric.Input {
	in := &metric.Input{Scene: w.scene.Scene, Runs: make(map[string]metric.Run), Network: w.network(ctx), Words: wordsOf}
	for key, run := range w.runs {
		in.Runs[key] = metric.Run{ID: run.id, Result: run.answer.brief, Missing: run.missing}
	}
	return in
}

func (w *judging) clear() {
	w.measures, w.conditions = make(map[string]indicator.Measure), make(map[string]indicator.Measure)
	w.beside = make(map[string][]indicator.Measure)
	w.drawn = nil
}

func (a *askedMetric) compute(in *metric.Input) (indicator.Measure, error) {
	m, err := a.metric.Compute(in, a.params)
	if err != nil {
		return m, fmt.Errorf("pipeline: metric %s of %s: %w", a.metric.ID, a.requirement, err)
	}
	return m, nil
}

// take files a measure under the requirement that asked for it.
func (w *judging) take(a *askedMetric, m indicator.Measure) error {
	if err := w.draw(&m); err != nil {
		return err
	}
	w.tellPlanned(&m)
	switch a.use {
	case judged:
		w.measures[a.requirement] = m
	case condition:
		w.conditions[a.requirement] = m
	default:
		w.beside[a.requirement] = append(w.beside[a.requirement], m)
	}
	return nil
}

// draw keeps the layer that a metric made, once for all requirements that show it.
// Its name tells the parameters apart, so that another requirement, or another
// standard, that asks the same metric for something else has a layer of its own.
func (w *judging) draw(m *indicator.Measure) error {
	if m.Drawn == nil {
		return nil
	}
	params, err := json.Marshal(m.Params)
	if err != nil {
		return fmt.Errorf("pipeline: parameters of %s: %w", m.Metric, err)
	}
	layer := *m.Drawn
	plain := layer.Schema.Layer
	if len(m.Params.Numbers)+len(m.Params.Words) > 0 {
		sum := sha256.Sum256(params)
		layer.Schema.Layer += "_" + hex.EncodeToString(sum[:3])
	}
	m.Layers = slices.Clone(m.Layers)
	for i, name := range m.Layers {
		if name == plain {
			m.Layers[i] = layer.Schema.Layer
		}
	}
	if !slices.ContainsFunc(w.drawn, func(l analysis.Layer) bool { return l.Schema.Layer == layer.Schema.Layer }) {
		w.drawn = append(w.drawn, layer)
	}
	return nil
}

// wordsOf gives the wording of a code of an attribute; the code where it has none.
func wordsOf(layer, field, code string) geo.Text {
	if layer == "facilities" && field == "category" {
		return categoryTitle(code)
	}
	if schema, ok := layers.Schema(layer); ok {
		if f, ok := schema.Field(field); ok {
			for _, c := range f.Codes {
				if c.Value == code {
					return c.Title
				}
			}
		}
	}
	return geo.T(code, code)
}

func (w *judging) caseOf() indicator.Case {
	community := &w.scene.Community
	name, _ := community.Text("name")
	c := indicator.Case{
		Profile: &w.profile, SHA256: w.sha256, Revision: int64(inputRevision(w.p.store, w.at)), Scenario: scenarioHash(w.p.store), Engine: Engine, CRS: w.scene.CRS, Measured: true, Assumed: w.request.Assume,
		Community: indicator.CommunityInfo{ID: community.ID, Name: cmp.Or(name, community.ID), Area_m2: math.Round(geo.Area(community.Geometry)*100) / 100},
		Measures:  w.measures, Conditions: w.conditions, Beside: w.beside,
	}
	if w.request.Assume {
		c.Findings = append(c.Findings, indicator.Finding{Code: indicator.FindDoubt, Severity: indicator.Remark, Text: geo.T(
			"5G 小区、建筑高度和摄像机缺少的属性按有出处的常见值计算，相关结果为推定",
			"Missing attributes of 5G cells, heights of buildings and cameras took documented usual values; results that rest on them are presumed")})
	}
	return c
}

// claimed audits the claims of the request, or those kept with the judgement before.
func (w *judging) claimed(ctx context.Context, c *indicator.Case) error {
	w.claims = w.request.Claims
	if w.claims == nil && w.request.KeepClaims && w.before != nil {
		var err error
		if w.claims, err = keptClaims(ctx, w.p.store, w.before.key()); err != nil {
			return err
		}
	}
	return auditInto(c, w.claims)
}

// auditInto audits claims under the profile of a case; nothing where there are none.
func auditInto(c *indicator.Case, claims *indicator.Claims) error {
	if claims == nil {
		return nil
	}
	profiles, err := Profiles()
	if err != nil {
		return err
	}
	tiers := slices.DeleteFunc(profiles, func(p indicator.Profile) bool {
		return p.Standard != c.Profile.Standard || p.ID == c.Profile.ID
	})
	audited := audit.Audit(c.Profile, tiers, claims)
	c.Claims = &indicator.ClaimsInfo{
		File: claims.File, SHA256: claims.SHA256, Title: claims.Title, Applicant: claims.Applicant, Date: claims.Date,
		Met: audited.Met, Rows: audited.Rows,
	}
	c.Readings = audited.Readings
	c.Findings = append(c.Findings, audited.Findings...)
	for _, row := range claims.Rows {
		c.Evidence = append(c.Evidence, row.Evidence...)
	}
	return nil
}

// AuditClaims judges from the applicant's table alone, without a workspace.
func AuditClaims(profile indicator.Profile, sha256 string, claims *indicator.Claims) (*indicator.Judgement, error) {
	c := indicator.Case{Profile: &profile, SHA256: sha256, Engine: Engine}
	c.Community.Name = claims.Applicant
	if err := auditInto(&c, claims); err != nil {
		return nil, err
	}
	return indicator.Judge(c), nil
}

// readEvidence reads the documents and waivers of a community; those that name no
// community are of every one.
func readEvidence(ctx context.Context, r layers.Reader, at layers.Revision, community string) ([]indicator.Evidence, error) {
	features, err := readAll(ctx, r, evidenceLayer, layers.Query{At: at})
	if err != nil {
		return nil, err
	}
	var out []indicator.Evidence
	for i := range features {
		f := &features[i]
		text := func(name string) string { s, _ := f.Text(name); return s }
		if of := text("community"); of != "" && of != community {
			continue
		}
		out = append(out, indicator.Evidence{
			ID: f.ID, Standard: text("standard"), Requirement: text("requirement"), Kind: indicator.EvidenceKind(text("kind")),
			Title: text("title"), File: text("file"), Date: text("date"), Author: text("author"), Reason: text("reason"),
			Value: optional(f, "value"),
		})
	}
	return out, nil
}
