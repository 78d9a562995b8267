package pipeline

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/sight"
	"yiju/data/standards"
	"yiju/geo"
)

// DefaultCamerasID is the run that an analysis of cameras without a name is kept
// under.
const DefaultCamerasID = "cameras"

// CamerasRequest asks what the cameras see. Fields left empty take the default.
type CamerasRequest struct {
	ID        string `json:"id,omitempty"`
	Community string `json:"community,omitempty"`
	Classes   string `json:"classes,omitempty"` // id of a table of classes
	// Assume names the defaults that stand in for missing attributes; empty leaves
	// them unknown.
	Assume   string  `json:"assume,omitempty"`
	PTZ      string  `json:"ptz,omitempty"`
	Target_m float64 `json:"target_m,omitempty"`
	// Derive names the kinds of key points to take from entrances and ways.
	Derive []string `json:"derive,omitempty"`
	// Advise asks where more cameras would do most.
	Advise bool `json:"advise,omitempty"`
}

// CameraChoices are what a request may name. The first of each is the default.
type CameraChoices struct {
	Classes  []CameraClasses  `json:"classes"`
	Defaults []CameraDefaults `json:"defaults"`
}

// CameraClasses is a table of classes of seeing to choose.
type CameraClasses struct {
	ID       string        `json:"id"`
	Title    geo.Text      `json:"title"`
	Source   geo.Text      `json:"source"`
	Verified bool          `json:"verified" doc:"False where the figures were not read in the standard"`
	Classes  []CameraClass `json:"classes" doc:"Asking for more and more"`
}

// CameraClass is a class of seeing.
type CameraClass struct {
	ID       string   `json:"id"`
	Title    geo.Text `json:"title"`
	Px_per_m float64  `json:"px_per_m"`
}

// CameraDefaults names what may stand in for missing attributes.
type CameraDefaults struct {
	ID     string   `json:"id"`
	Title  geo.Text `json:"title"`
	Source geo.Text `json:"source"`
}

// cameraData is all that data/standards says of cameras.
type cameraData struct {
	tables    []sight.Table
	defaults  []sight.Defaults
	codes     sight.CodeTable
	divisions sight.Divisions
}

// LoadCameraChoices lists the tables of classes and the defaults.
func LoadCameraChoices() (CameraChoices, error) {
	data, err := loadCameraData()
	var out CameraChoices
	for _, t := range data.tables {
		table := CameraClasses{ID: t.ID, Title: t.Title, Source: t.Source, Verified: t.Verified}
		for _, c := range t.Classes {
			table.Classes = append(table.Classes, CameraClass{c.ID, c.Title, c.PxPerM})
		}
		out.Classes = append(out.Classes, table)
	}
	for _, d := range data.defaults {
		out.Defaults = append(out.Defaults, CameraDefaults{d.ID, d.Title, d.Source})
	}
	return out, err
}

// loadCameraData reads what cameras are judged by, once. It is shared and must not be
// changed.
var loadCameraData = sync.OnceValues(readCameraData)

func readCameraData() (cameraData, error) {
	var data cameraData
	var classes struct {
		Editions []sight.Table `yaml:"editions"`
	}
	var defaults struct {
		Defaults []sight.Defaults `yaml:"defaults"`
	}
	for _, file := range []struct {
		name string
		text []byte
		into any
	}{
		{"camera_classes.yaml", standards.CameraClasses(), &classes}, {"camera_defaults.yaml", standards.CameraDefaults(), &defaults},
		{"camera_codes.yaml", standards.CameraCodes(), &data.codes}, {"camera_divisions.yaml", standards.CameraDivisions(), &data.divisions},
	} {
		decoder := yaml.NewDecoder(bytes.NewReader(file.text))
		decoder.KnownFields(true)
		if err := decoder.Decode(file.into); err != nil {
			return data, fmt.Errorf("pipeline: %s: %w", file.name, err)
		}
	}
	data.tables, data.defaults = classes.Editions, defaults.Defaults
	return data, nil
}

// proposedCamera is what advice puts up: a fixed camera of 4 megapixels with a wide
// lens, at the least height at which outdoor cameras are mounted in the pages of
// Chinese vendors. It is the product's choice.
var proposedCamera = sight.Proposal{HeightM: 3.5, HFOVDeg: 87, VFOVDeg: 47, PixelsW: 2560}

// complete makes parameters of a request and fills in what it left out.
func (c *cameraData) complete(request CamerasRequest) (sight.Params, CamerasRequest, error) {
	fail := func(err error) (sight.Params, CamerasRequest, error) { return sight.Params{}, request, err }
	if request.ID == "" {
		request.ID = DefaultCamerasID
	}
	if !runName(request.ID) {
		return fail(badRunName(request.ID))
	}
	if request.Classes == "" {
		request.Classes = c.tables[0].ID
	}
	i := slices.IndexFunc(c.tables, func(t sight.Table) bool { return t.ID == request.Classes })
	if i < 0 {
		return fail(unknownChoice("等级表", "table of classes", request.Classes, idsOf(c.tables, func(t sight.Table) string { return t.ID })))
	}
	params := sight.Params{
		ID: request.ID, Title: geo.T("视频覆盖", "Cameras"), Table: c.tables[i], Required: c.tables[i].Required,
		TargetM: request.Target_m, PTZ: sight.PTZ(request.PTZ), Derive: request.Derive, Codes: c.codes, Divisions: c.divisions,
	}
	if request.Assume != "" {
		i := slices.IndexFunc(c.defaults, func(d sight.Defaults) bool { return d.ID == request.Assume })
		if i < 0 {
			return fail(unknownChoice("缺省值方案", "set of defaults", request.Assume, idsOf(c.defaults, func(d sight.Defaults) string { return d.ID })))
		}
		params.Defaults = &c.defaults[i]
	}
	if request.Advise {
		params.Advice = &sight.Advice{Camera: proposedCamera}
	}
	return params, request, nil
}
