package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers/scenario"
)

// maxEditsBody bounds the bytes of a batch of edits.
const maxEditsBody = 8 << 20

type editsInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		Author    string     `json:"author,omitempty"`
		Community string     `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
		Profile   string     `json:"profile,omitempty" maxLength:"200" doc:"The standard to follow; empty follows none"`
		Steps     []stepBody `json:"steps" minItems:"1" doc:"Done in order, all or none"`
	}
}

// editAnswer is a scenario after an order. Live is null where none was asked for, and
// where Note says why it failed: what was ordered is written all the same.
type editAnswer struct {
	Scenario scenarioBody         `json:"scenario"`
	Seqs     []int64              `json:"seqs" doc:"The numbers of the edits that were appended"`
	Live     *pipeline.LiveAnswer `json:"live"`
	Note     *geo.Text            `json:"note" doc:"Why there is no live answer"`
	Took_ms  float64              `json:"took_ms"`
}

type liveInput struct {
	ID        string `path:"id" maxLength:"63"`
	Community string `query:"community" maxLength:"200" doc:"Id or name"`
	Profile   string `query:"profile" required:"true" maxLength:"200" doc:"The id of a standard at a tier; a standard alone where the project type of the community decides"`
}

type deltaInput struct {
	ID        string `path:"id" maxLength:"63"`
	Against   string `query:"against" maxLength:"63" doc:"Another scenario; empty for the base"`
	Community string `query:"community" maxLength:"200" doc:"Id or name"`
	Profile   string `query:"profile" required:"true" maxLength:"200" doc:"The standard under which both are judged"`
}

func (s *Server) editRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "edit-scenario", Method: http.MethodPost, Path: "/api/scenarios/{id}/edits",
		Summary: "Change the edits of a scenario, and tell what it comes to", Tags: []string{"scenarios"},
		MaxBodyBytes: maxEditsBody,
	}, s.editScenario)
	huma.Register(api, huma.Operation{
		OperationID: "live-scenario", Method: http.MethodGet, Path: "/api/scenarios/{id}/live",
		Summary: "What a scenario comes to under a standard, beside its base", Tags: []string{"scenarios"},
	}, s.liveScenario)
	huma.Register(api, huma.Operation{
		OperationID: "compare-scenario", Method: http.MethodGet, Path: "/api/scenarios/{id}/delta",
		Summary: "What a scenario changes against its base or another scenario", Tags: []string{"scenarios"},
	}, s.compareScenario)
}

func (s *Server) editScenario(ctx context.Context, in *editsInput) (*answer[editAnswer], error) {
	began := time.Now()
	b := &in.Body
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	steps, err := readSteps(ctx, b.Steps, schemasOf(infos))
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	if err := scenario.CheckPlaces(ctx, s.snapshot, scenario.Brought(steps)); err != nil {
		return nil, s.asProblem(ctx, err)
	}
	author := cmp.Or(b.Author, nobody)
	sc, seqs, err := s.scenarios.Book().Edit(ctx, in.ID, scenario.Order{Author: author, Steps: steps})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	s.news.wrote(sc.Version, author)
	body, err := s.scenarioBody(ctx, sc)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	out := editAnswer{Scenario: body, Seqs: append([]int64{}, seqs...)}
	if b.Profile != "" {
		out.Live, out.Note = s.liveAfter(ctx, sc, pipeline.LiveRequest{Community: b.Community, Profile: b.Profile})
	}
	out.Took_ms = milliseconds(began)
	return &answer[editAnswer]{out}, nil
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }

// liveAfter is the live answer after an order that is written already: where it fails,
// it says why and no more.
func (s *Server) liveAfter(ctx context.Context, sc *scenario.Scenario, request pipeline.LiveRequest) (*pipeline.LiveAnswer, *geo.Text) {
	live, err := s.live(ctx, sc.ID, sc.Version, request)
	if err == nil {
		return live, nil
	}
	if errors.Is(err, errOvertaken) {
		note := geo.T("方案又有新的编辑，指标随后一并计算", "the scenario was edited again; figures come with the later edit")
		return nil, &note
	}
	var p *problem
	if !errors.As(s.asProblem(ctx, err), &p) {
		p = &problem{Message: geo.T("未能计算", "it was not computed")}
	}
	note := geo.T("编辑已保存，指标未能计算："+p.Message.ZH, "the edit is kept; the figures were not computed: "+p.Message.EN)
	return nil, &note
}

func (s *Server) liveScenario(ctx context.Context, in *liveInput) (*answer[*pipeline.LiveAnswer], error) {
	live, err := s.live(ctx, in.ID, 0, pipeline.LiveRequest{Community: in.Community, Profile: in.Profile})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[*pipeline.LiveAnswer]{live}, nil
}

func (s *Server) compareScenario(ctx context.Context, in *deltaInput) (*answer[*pipeline.Delta], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	leave, err := s.turns.take(ctx, in.ID, 0)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	defer leave()
	at, err := s.at(ctx, in.ID)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	delta, err := at.place.Delta(ctx, in.Against, pipeline.LiveRequest{Community: in.Community, Profile: in.Profile})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[*pipeline.Delta]{delta}, nil
}

// live computes what a scenario comes to, one request of a scenario after the other. A
// request that waits for a version which was edited again meanwhile, by a request
// behind it, gives errOvertaken; version 0 is never overtaken.
func (s *Server) live(ctx context.Context, id string, version int64, request pipeline.LiveRequest) (*pipeline.LiveAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	leave, err := s.turns.take(ctx, id, version)
	if err != nil {
		return nil, err
	}
	defer leave()
	at, err := s.at(ctx, id)
	if err != nil {
		return nil, err
	}
	live, err := at.place.Live(ctx, request)
	if err != nil {
		return nil, err
	}
	s.draw(at.place)
	return live, nil
}

var errOvertaken = errors.New("api: the scenario was edited again")

// turns lets requests take turns, by scenario.
type turns struct {
	mu sync.Mutex
	by map[string]*turn
}

type turn struct {
	busy   chan struct{} // holds a token while somebody has the turn
	wanted []int64       // the versions asked for by who have it or wait for it
}

// take waits for the turn of a scenario; leave gives it on.
func (t *turns) take(ctx context.Context, id string, version int64) (leave func(), err error) {
	t.mu.Lock()
	if t.by == nil {
		t.by = make(map[string]*turn)
	}
	own := t.by[id]
	if own == nil {
		own = &turn{busy: make(chan struct{}, 1)}
		t.by[id] = own
	}
	own.wanted = append(own.wanted, version)
	t.mu.Unlock()
	select {
	case own.busy <- struct{}{}:
	case <-ctx.Done():
		t.left(id, own, version)
		return nil, ctx.Err()
	}
	leave = func() {
		<-own.busy
		t.left(id, own, version)
	}
	t.mu.Lock()
	overtaken := version != 0 && slices.Max(own.wanted) > version
	t.mu.Unlock()
	if overtaken {
		leave()
		return nil, errOvertaken
	}
	return leave, nil
}

func (t *turns) left(id string, own *turn, version int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(own.wanted, version)
	if own.wanted = slices.Delete(own.wanted, i, i+1); len(own.wanted) == 0 {
		delete(t.by, id)
	}
}
