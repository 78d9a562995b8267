package api

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiju/geo"
	"yiju/internal/exchange"
	"yiju/layers/scenario"
)

// Bounds on a layout to import: its bytes, and those of the request that carries them
// in base64.
const (
	maxLayoutBody = 64 << 20
	maxLayout     = (maxLayoutBody - maxBody) / 4 * 3
)

// maxFileName bounds, in bytes, the name under which a file is kept; all systems take it.
const maxFileName = 200

const gpkgType = "application/geopackage+sqlite3"

type exportInput struct {
	ID     string `path:"id" maxLength:"63"`
	Format string `query:"format" default:"gpkg" enum:"gpkg,geojson"`
	All    bool   `query:"all" doc:"Of a GeoPackage: also the features of its layers that the scenario leaves alone"`
}

type importInput struct {
	Body struct {
		Name          string     `json:"name,omitempty" doc:"Of the scenario; empty takes that of the file"`
		Author        string     `json:"author,omitempty"`
		File          layoutFile `json:"file"`
		Layer         string     `json:"layer,omitempty" maxLength:"63" doc:"Of a drawing; empty finds all that the file has"`
		CRS           string     `json:"crs,omitempty" maxLength:"200" doc:"Of a drawing that does not say it, such as EPSG:4548"`
		Match_m       float64    `json:"match_m,omitempty" minimum:"0" maximum:"50" doc:"How far a thing of a drawing may be from that of the base to be the same; 0.5 when 0"`
		DeleteMissing bool       `json:"delete_missing,omitempty" doc:"Delete what the base holds within the drawing and the drawing does not"`
		DryRun        bool       `json:"dry_run,omitempty" doc:"Report and write nothing"`
	}
}

// layoutFile is a file with a layout, or with a scenario that was exported.
type layoutFile struct {
	Name string `json:"name" minLength:"1" maxLength:"300" doc:"Its name with the ending, by which its format is told"`
	Data []byte `json:"data" doc:"Its bytes"`
}

type importBody struct {
	Scenario *scenarioBody    `json:"scenario" doc:"Null after a dry run"`
	Report   *exchange.Report `json:"report"`
}

func (s *Server) exchangeRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "export-scenario", Method: http.MethodGet, Path: "/api/scenarios/{id}/export",
		Summary: "A scenario as a file: its edits, and what they make of the layers", Tags: []string{"scenarios"},
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{gpkgType: {}, geoJSONType: {}}}},
	}, s.exportScenario)
	huma.Register(api, huma.Operation{
		OperationID: "import-scenario", Method: http.MethodPost, Path: "/api/scenarios/import",
		Summary: "Make a scenario of a file that was exported, or of a drawing by comparing it with the base", Tags: []string{"scenarios"},
		MaxBodyBytes: maxLayoutBody, BodyReadTimeout: analysisTime,
	}, s.importScenario)
}

func (s *Server) exportScenario(ctx context.Context, in *exportInput) (*fileAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	sc, err := s.scenarios.Book().Get(ctx, in.ID)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	out := &fileAnswer{ContentType: geoJSONType}
	if in.Format == "gpkg" {
		out.ContentType = gpkgType
		out.Body, err = s.geoPackage(ctx, sc, in.All)
	} else {
		var file bytes.Buffer
		err = exchange.WriteGeoJSON(ctx, &file, s.store, sc)
		out.Body = file.Bytes()
	}
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	own := strings.ReplaceAll(url.QueryEscape(strings.Map(fileLetter, sc.Name)), "+", "%20")
	out.Disposition = fmt.Sprintf(`attachment; filename="%[1]s.%[2]s"; filename*=UTF-8''%[3]s.%[2]s`, sc.ID, in.Format, own)
	return out, nil
}

// geoPackage gives the bytes of a GeoPackage with a scenario.
func (s *Server) geoPackage(ctx context.Context, sc *scenario.Scenario, all bool) ([]byte, error) {
	dir, err := os.MkdirTemp("", "yiju-export-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "scenario.gpkg")
	if err := exchange.WriteGPKG(ctx, file, s.store, sc, exchange.GPKGOptions{All: all}); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

func (s *Server) importScenario(ctx context.Context, in *importInput) (*answer[importBody], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	b := &in.Body
	file, forget, err := keepLayout(&b.File)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	defer forget()
	author := cmp.Or(b.Author, nobody)
	sc, report, err := exchange.Import(ctx, s.store, s.scenarios.Book(), exchange.Options{
		Path: file, Name: b.Name, Author: author, Layer: b.Layer, CRS: b.CRS, Match_m: b.Match_m,
		DeleteMissing: b.DeleteMissing, DryRun: b.DryRun,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	out := importBody{Report: report}
	if sc != nil {
		s.news.wrote(sc.Version, author)
		body, err := s.scenarioBody(ctx, sc)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		out.Scenario = &body
	}
	return &answer[importBody]{out}, nil
}

// keepLayout writes a file that was sent into a folder of its own, until forget. Of its
// name no folder is kept.
func keepLayout(in *layoutFile) (file string, forget func(), err error) {
	if len(in.Data) > maxLayout {
		return "", nil, geo.Refuse(geo.Tf("文件 %s 超过 %d MB", "the file %s is larger than %d MB", in.Name, maxLayout>>20),
			geo.T("只保留要导入的图层，另存后重新上传", "keep only the layers to import, save it anew and send that"))
	}
	name := strings.Map(fileLetter, path.Base(strings.ReplaceAll(in.Name, `\`, "/")))
	if len(name) > maxFileName { // its ending tells the format
		name = strings.ToValidUTF8(name[len(name)-maxFileName:], "")
	}
	if strings.Trim(name, ". ") == "" {
		return "", nil, geo.Refuse(geo.Tf("文件名 %q 不可用", "%q is no name of a file", in.Name))
	}
	dir, err := os.MkdirTemp("", "yiju-import-")
	if err != nil {
		return "", nil, err
	}
	file = filepath.Join(dir, name)
	if err := os.WriteFile(file, in.Data, 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, err
	}
	return file, func() { _ = os.RemoveAll(dir) }, nil
}
