package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/scenario"
)

// nobody is the author of what nobody signed: there is no sign-in yet.
const nobody = "local"

type scenariosBody struct {
	Scenarios []ScenarioHead `json:"scenarios"`
}

type paletteBody struct {
	Entries []pipeline.PaletteEntry `json:"entries"`
}

type scenarioInput struct {
	ID string `path:"id" maxLength:"63"`
}

type newScenarioInput struct {
	Body struct {
		Name        string          `json:"name" minLength:"1"`
		Description string          `json:"description,omitempty"`
		Author      string          `json:"author,omitempty"`
		Base        layers.Revision `json:"base,omitempty" minimum:"0" doc:"The revision to lay it over; the newest state of the place when 0"`
		Costs       []scenario.Cost `json:"costs,omitempty"`
	}
}

type describeInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		Author      string           `json:"author,omitempty"`
		Seen        int64            `json:"seen,omitempty" minimum:"0" doc:"The version of the scenario that the author saw; 0 is not checked"`
		Name        *string          `json:"name,omitempty" minLength:"1"`
		Description *string          `json:"description,omitempty"`
		MayEdit     *bool            `json:"may_edit,omitempty"`
		MayCopy     *bool            `json:"may_copy,omitempty"`
		Costs       *[]scenario.Cost `json:"costs,omitempty" doc:"Take the place of all there are"`
	}
}

type copyInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		Name   string `json:"name" minLength:"1"`
		Author string `json:"author,omitempty"`
	}
}

type authorInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body *struct {
		Author string `json:"author,omitempty"`
	}
}

// author is who acts.
func (in *authorInput) author() string {
	if in.Body == nil {
		return nobody
	}
	return cmp.Or(in.Body.Author, nobody)
}

type approveInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		By   string `json:"by" minLength:"1"`
		Hash string `json:"hash" maxLength:"100" doc:"Of the content that was seen"`
	}
}

// scenarioAnswer is what everything that changes a scenario answers.
type scenarioAnswer = answer[scenarioBody]

func (s *Server) scenarioRoutes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"scenarios"}, MaxBodyBytes: maxBody}
	}
	huma.Register(api, op("get-palette", http.MethodGet, "/api/palette", "What a designer can put into a scenario"), s.palette)
	huma.Register(api, op("list-scenarios", http.MethodGet, "/api/scenarios", "The scenarios of the workspace, without their edits"), s.listScenarios)
	huma.Register(api, op("create-scenario", http.MethodPost, "/api/scenarios", "Make a scenario"), s.createScenario)
	huma.Register(api, op("get-scenario", http.MethodGet, "/api/scenarios/{id}", "A scenario with its edits and what they come to"), s.getScenario)
	huma.Register(api, op("describe-scenario", http.MethodPatch, "/api/scenarios/{id}", "Change what is known of a scenario beside its edits"), s.describeScenario)
	huma.Register(api, op("copy-scenario", http.MethodPost, "/api/scenarios/{id}/copy", "Make a scenario of the same content"), s.copyScenario)
	huma.Register(api, op("archive-scenario", http.MethodPost, "/api/scenarios/{id}/archive", "Put a scenario out of the way"), s.archiveScenario)
	huma.Register(api, op("restore-scenario", http.MethodPost, "/api/scenarios/{id}/restore", "Bring a scenario back from the archive"), s.restoreScenario)
	huma.Register(api, op("approve-scenario", http.MethodPost, "/api/scenarios/{id}/approve", "Approve the content that was seen"), s.approveScenario)
	s.editRoutes(api)
	s.rebaseRoutes(api)
	s.exchangeRoutes(api)
	s.remedyRoutes(api)
	events := op("follow-scenario", http.MethodGet, "/api/scenarios/{id}/events", "News of a scenario as they come (server-sent events)")
	events.Responses = map[string]*huma.Response{"200": {Description: "An event “changed” for every version, an event “drawn” when its result layers are there", Content: map[string]*huma.MediaType{"text/event-stream": {}}}}
	huma.Register(api, events, s.scenarioEvents)
}

func (s *Server) palette(ctx context.Context, _ *struct{}) (*answer[paletteBody], error) {
	entries, err := pipeline.Palette()
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[paletteBody]{paletteBody{entries}}, nil
}

func (s *Server) listScenarios(ctx context.Context, _ *struct{}) (*answer[scenariosBody], error) {
	list, err := s.scenarios.Book().List(ctx)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	body := scenariosBody{Scenarios: make([]ScenarioHead, len(list))}
	for i := range list {
		body.Scenarios[i] = headJSON(&list[i], list[i].Count, infos)
	}
	return &answer[scenariosBody]{body}, nil
}

// answerScenario answers with a scenario as the Book gave it.
func (s *Server) answerScenario(ctx context.Context, sc *scenario.Scenario, err error) (*scenarioAnswer, error) {
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	body, err := s.scenarioBody(ctx, sc)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &scenarioAnswer{body}, nil
}

func (s *Server) scenarioBody(ctx context.Context, sc *scenario.Scenario) (scenarioBody, error) {
	net, err := s.scenarios.Book().Net(ctx, sc)
	if err != nil {
		return scenarioBody{}, err
	}
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return scenarioBody{}, err
	}
	return scenarioJSON(sc, net, infos), nil
}

// wrote answers with a scenario that was just written, and tells whoever listens.
func (s *Server) wrote(ctx context.Context, author string, sc *scenario.Scenario, err error) (*scenarioAnswer, error) {
	if err == nil {
		s.news.wrote(sc.Version, author)
	}
	return s.answerScenario(ctx, sc, err)
}

func (s *Server) createScenario(ctx context.Context, in *newScenarioInput) (*scenarioAnswer, error) {
	b := &in.Body
	author := cmp.Or(b.Author, nobody)
	sc, err := s.scenarios.Book().Create(ctx, scenario.New{
		Name: b.Name, Description: b.Description, Author: author, Base: b.Base, Costs: b.Costs,
	})
	return s.wrote(ctx, author, sc, err)
}

func (s *Server) getScenario(ctx context.Context, in *scenarioInput) (*scenarioAnswer, error) {
	sc, err := s.scenarios.Book().Get(ctx, in.ID)
	return s.answerScenario(ctx, sc, err)
}

func (s *Server) describeScenario(ctx context.Context, in *describeInput) (*scenarioAnswer, error) {
	b := &in.Body
	author := cmp.Or(b.Author, nobody)
	sc, err := s.scenarios.Book().Describe(ctx, in.ID, scenario.Description{
		Author: author, Seen: b.Seen, Name: b.Name, Description: b.Description,
		MayEdit: b.MayEdit, MayCopy: b.MayCopy, Costs: b.Costs,
	})
	return s.wrote(ctx, author, sc, err)
}

func (s *Server) copyScenario(ctx context.Context, in *copyInput) (*scenarioAnswer, error) {
	author := cmp.Or(in.Body.Author, nobody)
	sc, err := s.scenarios.Book().Copy(ctx, in.ID, in.Body.Name, author)
	return s.wrote(ctx, author, sc, err)
}

func (s *Server) archiveScenario(ctx context.Context, in *authorInput) (*scenarioAnswer, error) {
	sc, err := s.scenarios.Book().Archive(ctx, in.ID, in.author())
	return s.wrote(ctx, in.author(), sc, err)
}

func (s *Server) restoreScenario(ctx context.Context, in *authorInput) (*scenarioAnswer, error) {
	sc, err := s.scenarios.Book().Restore(ctx, in.ID, in.author())
	return s.wrote(ctx, in.author(), sc, err)
}

func (s *Server) approveScenario(ctx context.Context, in *approveInput) (*scenarioAnswer, error) {
	sc, err := s.scenarios.Book().Approve(ctx, in.ID, in.Body.By, in.Body.Hash)
	return s.wrote(ctx, in.Body.By, sc, err)
}
