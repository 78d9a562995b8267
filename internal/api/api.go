// Package api serves a workspace over HTTP: JSON for the web map and for other
// programs, vector tiles, and the web map itself. docs/openapi.json describes the
// JSON part; it is made from the code.
package api

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/snapshot"
	"yiju/tiles"
)

// Bounds on what one request may cost.
const (
	maxBody        = 1 << 20 // bytes of a request body
	readTimeout    = 10 * time.Second
	analysisTime   = 5 * time.Minute
	snapshotBytes  = 512 << 20 // decoded layers kept in memory for tiles
	tileCacheBytes = 128 << 20
)

// Server answers for one workspace.
type Server struct {
	ctx      context.Context // ends with the server; for what outlives a request
	store    layers.Store
	snapshot *snapshot.Reader
	pipeline *pipeline.Pipeline
	cache    *tiles.Cache
	// What belongs to scenarios, which lie over the base.
	scenarios *pipeline.Scenarios
	places    ready
	drawn     drawn
	news      *news
	turns     turns
	artist    artist
	log       *slog.Logger
	metrics   *metrics
	handler   http.Handler

	following sync.Mutex
	followed  layers.Revision // up to which the cache has been told of changes
}

// New is a server on a store, which stays the caller's to close. It listens to news
// of the store until ctx ends.
func New(ctx context.Context, store layers.Store, log *slog.Logger) (*Server, error) {
	s := &Server{
		ctx:      ctx,
		store:    store,
		snapshot: snapshot.New(store, snapshotBytes),
		pipeline: pipeline.New(store),
		log:      log,
		metrics:  newMetrics(),
	}
	if err := s.snapshot.Follow(ctx); err != nil {
		return nil, err
	}
	s.scenarios = pipeline.NewScenarios(store, base{s.snapshot, store})
	var err error
	if s.news, err = listen(ctx, store, s.log); err != nil {
		return nil, err
	}
	if s.cache, err = tiles.NewCache(tileCacheBytes, tiles.Options{}); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	api := humago.New(mux, config())
	s.register(api)
	s.tileRoutes(mux)
	s.plainRoutes(mux)
	s.handler = s.around(mux)
	return s, nil
}

func config() huma.Config {
	huma.NewError = requestProblem // huma has no other way to word what it refuses
	c := huma.DefaultConfig("Yiju 宜居", pipeline.Engine)
	c.Formats = maps.Clone(c.Formats)
	for _, name := range []string{"application/json", "json"} {
		c.Formats[name] = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}
	}
	c.Info.Description = "Liveability of a community, measured from its map."
	c.DocsPath = "" // its page loads scripts from elsewhere
	c.SchemasPath = ""
	c.CreateHooks = nil // no $schema links in answers
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	return c
}

// schemaName names the schema of a type. Some bear a mark of their own where others
// have the same short name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[geo.Problem]():
		return strings.Replace(name, "Problem", "FeatureProblem", 1)
	case t.Name() != "" && t.PkgPath() == reflect.TypeFor[indicator.Judgement]().PkgPath():
		return "Indicator" + name
	}
	return name
}

func (s *Server) register(api huma.API) {
	s.workspaceRoutes(api)
	s.layerRoutes(api)
	s.runRoutes(api)
	s.whyRoutes(api)
	s.radioRoutes(api)
	s.cameraRoutes(api)
	s.judgeRoutes(api)
	s.scenarioRoutes(api)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI is the description of the JSON interface, in JSON.
func OpenAPI() ([]byte, error) {
	s := &Server{metrics: newMetrics()}
	api := humago.New(http.NewServeMux(), config())
	s.register(api)
	return api.OpenAPI().MarshalJSON()
}
