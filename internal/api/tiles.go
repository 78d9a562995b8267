package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/tiles"
	"yiju/tiles/tilehttp"
)

const (
	// maxTileLayers bounds the layers of one tile.
	maxTileLayers = 64
	// maxTileZoom is the deepest zoom that clients are told of; they enlarge its
	// tiles beyond. At the latitude of Shandong its grid is 9 mm wide.
	maxTileZoom = 18
)

// tileRoutes serves vector tiles. "/tiles/a,b.json" is the TileJSON of the layers
// a and b, "/tiles/a,b/14/1/2.mvt" a tile with both.
func (s *Server) tileRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /tiles/{file}", s.serveTileJSON)
	mux.HandleFunc("GET /tiles/{layers}/{z}/{x}/{file}", s.serveTile)
}

func (s *Server) serveTileJSON(w http.ResponseWriter, r *http.Request) {
	names, ok := strings.CutSuffix(r.PathValue("file"), ".json")
	if !ok {
		http.NotFound(w, r)
		return
	}
	scenario := r.URL.Query().Get("scenario")
	at, err := s.at(r.Context(), scenario)
	if err != nil {
		s.answerProblem(w, r, err)
		return
	}
	infos, err := tileLayers(r.Context(), at.view, names)
	if err != nil {
		s.answerProblem(w, r, err)
		return
	}
	extent := geo.EmptyExtent()
	schemas := make([]geo.Schema, len(infos))
	for i, info := range infos {
		extent = extent.Union(info.Extent)
		schemas[i] = info.Schema
	}
	lang := "zh"
	if strings.HasPrefix(r.URL.Query().Get("lang"), "en") {
		lang = "en"
	}
	address := "http://" + r.Host + "/tiles/" + names + "/{z}/{x}/{y}.mvt"
	if at.place != nil {
		address += "?scenario=" + url.QueryEscape(scenario)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", tilehttp.Revalidate)
	if err := json.NewEncoder(w).Encode(tiles.Describe(schemas, address, extent, 0, maxTileZoom, lang)); err != nil {
		s.log.DebugContext(r.Context(), "tilejson", "err", err)
	}
}

func (s *Server) serveTile(w http.ResponseWriter, r *http.Request) {
	y, ok := strings.CutSuffix(r.PathValue("file"), ".mvt")
	if !ok {
		http.NotFound(w, r)
		return
	}
	c, err := tiles.ParseCoord(r.PathValue("z"), r.PathValue("x"), y)
	if err != nil {
		s.answerProblem(w, r, err)
		return
	}
	body, err := s.tile(r.Context(), c, r.PathValue("layers"), r.URL.Query().Get("scenario"))
	if err != nil {
		s.answerProblem(w, r, err)
		return
	}
	if err := tilehttp.Write(w, r, body, tilehttp.Revalidate); err != nil {
		s.log.DebugContext(r.Context(), "tile", "at", c, "err", err)
	}
}

// tile draws a tile of the base or of a scenario, or takes it from a cache.
func (s *Server) tile(ctx context.Context, c tiles.Coord, names, scenario string) (*tiles.Body, error) {
	if scenario == "" {
		return s.baseTile(ctx, c, names)
	}
	at, err := s.at(ctx, scenario)
	if err != nil {
		return nil, err
	}
	return s.scenarioTile(ctx, c, names, at)
}

func (s *Server) baseTile(ctx context.Context, c tiles.Coord, names string) (*tiles.Body, error) {
	if err := s.follow(ctx); err != nil {
		return nil, err
	}
	infos, err := tileLayers(ctx, s.snapshot, names)
	if err != nil {
		return nil, err
	}
	list := strings.Split(names, ",")
	result := "hit"
	body, err := s.cache.Get(ctx, c, list, func(ctx context.Context) (tiles.Tile, error) {
		result = "miss"
		return tiles.Encode(ctx, c, sources(infos, s.snapshot), tiles.Options{})
	})
	s.metrics.cache.WithLabelValues(strconv.Itoa(int(c.Z)), result).Inc()
	return body, err
}

// sources are layers to be drawn as a view has them.
func sources(infos []layers.Info, view pipeline.Viewer) []tiles.Layer {
	out := make([]tiles.Layer, len(infos))
	for i, info := range infos {
		out[i] = tiles.Layer{Name: info.Schema.Layer, Schema: info.Schema,
			Each: func(ctx context.Context, e geo.Extent, yield func(*geo.Feature) bool) error {
				return view.View(ctx, info.Schema.Layer, e, yield)
			}}
	}
	return out
}

// follow makes the cache forget what has changed in the store since it last looked.
func (s *Server) follow(ctx context.Context) error {
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return err
	}
	newest := layers.Revision(0)
	for _, info := range infos {
		newest = max(newest, info.Changed)
	}
	s.following.Lock()
	defer s.following.Unlock()
	if newest <= s.followed {
		return nil
	}
	changes, err := s.store.Changes(ctx, s.followed)
	if err != nil {
		return err
	}
	for _, change := range changes {
		for _, l := range change.Layers {
			s.cache.Changed(l.Layer, l.Extent)
		}
		s.followed = max(s.followed, change.Revision)
	}
	return nil
}

// tileLayers finds the layers that a tile names, joined by commas.
func tileLayers(ctx context.Context, view viewer, names string) ([]layers.Info, error) {
	list := strings.Split(names, ",")
	if len(list) > maxTileLayers {
		return nil, geo.Refuse(geo.Tf("一个瓦片最多 %d 个图层", "a tile holds at most %d layers", maxTileLayers))
	}
	all, err := view.Layers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]layers.Info, 0, len(list))
	for i, name := range list {
		if slices.Contains(list[:i], name) {
			return nil, geo.Refuse(geo.Tf("图层 %q 出现了两次", "layer %q is named twice", name))
		}
		at := slices.IndexFunc(all, func(info layers.Info) bool { return info.Schema.Layer == name })
		if at < 0 {
			return nil, &layers.NoLayerError{Layer: name}
		}
		out = append(out, all[at])
	}
	return out, nil
}

// answerProblem writes an error as the JSON part of the interface does.
func (s *Server) answerProblem(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if !errors.As(s.asProblem(r.Context(), err), &p) {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.log.DebugContext(r.Context(), "answer", "err", err)
	}
}
