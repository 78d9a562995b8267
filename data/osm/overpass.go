package osm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// element is one object of Overpass JSON.
type element struct {
	Type    string            `json:"type"`
	ID      int64             `json:"id"`
	Lon     *float64          `json:"lon"`
	Lat     *float64          `json:"lat"`
	Nodes   []int64           `json:"nodes"`
	Tags    map[string]string `json:"tags"`
	Visible *bool             `json:"visible"`
	Members []struct {
		Type string `json:"type"`
		Ref  int64  `json:"ref"`
		Role string `json:"role"`
	} `json:"members"`
	Geometry []*struct {
		Lon float64 `json:"lon"`
		Lat float64 `json:"lat"`
	} `json:"geometry"`
}

// readJSON reads what Overpass gives for [out:json], or its list of elements alone.
func (l *loader) readJSON(r io.Reader) error {
	d := json.NewDecoder(r)
	found := false
	first, err := d.Token()
	if err == nil && first == json.Delim('[') {
		err = l.elements(d)
		if err == nil {
			return nil
		}
	}
	if err != nil {
		return l.broken(jsonError(err))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return l.broken(jsonError(err))
		}
		if key == "elements" {
			found = true
			err = l.list(d)
		} else {
			var skipped json.RawMessage
			err = d.Decode(&skipped)
		}
		if err != nil {
			return l.broken(jsonError(err))
		}
	}
	if _, err := d.Token(); err != nil {
		return l.broken(jsonError(err))
	}
	if !found {
		return geo.Refuse(geo.Tf("文件 %s 是 JSON，但没有 Overpass 的 elements", "file %s is JSON, but without the elements that Overpass gives", l.d.name),
			geo.T("GeoJSON 请用 yiju import geojson 导入", "import GeoJSON with yiju import geojson"))
	}
	return nil
}

// jsonError gives the end of the file the one name that it has elsewhere.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	if errors.Is(err, io.EOF) || errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input" {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (l *loader) list(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("elements is not a list")
	}
	return l.elements(d)
}

// elements reads the rest of a list whose bracket is open.
func (l *loader) elements(d *json.Decoder) error {
	for d.More() {
		var e element
		if err := d.Decode(&e); err != nil {
			return err
		}
		if err := l.element(&e); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func (l *loader) element(e *element) error {
	if len(e.Tags) > maxTags {
		return errTags
	}
	var pairs []uint32
	for _, key := range sortedKeys(e.Tags) {
		k, err := l.intern(key)
		if err != nil {
			return err
		}
		v, err := l.intern(e.Tags[key])
		if err != nil {
			return err
		}
		pairs = append(pairs, k, v)
	}
	visible := e.Visible == nil || *e.Visible
	switch e.Type {
	case "node":
		p := orb.Point{math.NaN(), math.NaN()}
		if e.Lon != nil && e.Lat != nil {
			p = orb.Point{*e.Lon, *e.Lat}
		}
		return l.addNode(e.ID, p, pairs, visible)
	case "way":
		for i, at := range e.Geometry {
			if at != nil && i < len(e.Nodes) && len(e.Geometry) == len(e.Nodes) && usable(orb.Point{at.Lon, at.Lat}) {
				l.bring(e.Nodes[i], orb.Point{at.Lon, at.Lat})
			}
		}
		return l.addWay(e.ID, e.Nodes, pairs, visible)
	case "relation":
		members := make([]member, 0, len(e.Members))
		for _, m := range e.Members {
			typ, ok := memberTypes(m.Type)
			if !ok {
				return fmt.Errorf("relation %d has a member of type %q", e.ID, m.Type)
			}
			role, err := l.intern(m.Role)
			if err != nil {
				return err
			}
			members = append(members, member{ref: m.Ref, role: role, typ: typ})
		}
		return l.addRelation(e.ID, members, pairs, visible)
	}
	return nil // areas, counts, timelines
}
