// Package testmap makes scenes from tiny maps drawn in text, so that a test shows
// the place it is about and its numbers can be checked by eye:
//
//	m := testmap.Must(10, `
//	h1--A----B
//	         #
//	    C----D--v1
//
//	AB: class=residential
//	v1: category=sport/pitch
//	`)
//
// One character is as wide and as high as the given metres. North is up.
//
//	A … Z, +   places where ways meet; a letter gives the place a name
//	- | / \    a way from one place to the next, class footway
//	= "        stairs, eastwards and southwards
//	#          a wall; neighbouring # are one wall
//	%          a wall across a way, without a gate; - and | pass through
//	g l p      a gate in a way: open, locked, for residents; walls beside it end in it
//	^          a bridge: the way from west to east passes over the one from north to south
//	h1 … h9    a building, a square of 0.6 characters
//	v1 … v9    a venue, a point; category sport/pitch
//	e1 … e9    an entrance, a point
//
// h, v and e stand where the letter stands; what follows is their number. A way
// is named after its two places, in reading order: AB. Unnamed places are written
// +row.column, both from 0, as in A+2.5.
//
// Below the drawing, after a blank line, attributes are added or replaced: name,
// colon, key=value … Numbers, true and false are taken as such. A name with a
// layer before it, such as facilities/v2, makes a feature without drawing; at=A
// puts it at a place, at=A,B,C makes a line, a closed one a polygon; A@5/-2 is 5 m
// east and 2 m south of A.
package testmap

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Origin is where the upper left character lies, as a usual place in a projected
// system, so that tests meet numbers of real size.
var Origin = orb.Point{500_000, 4_000_000}

// Map is a drawn place.
type Map struct {
	Scene *analysis.Scene
	metre float64
	rows  []string
	names map[string]cell
	feats map[string]map[string]*geo.Feature
}

type cell struct{ row, col int }

// Must is Parse for drawings known to be right.
func Must(metres float64, drawing string) *Map {
	m, err := Parse(metres, drawing)
	if err != nil {
		panic(err)
	}
	return m
}

// Parse reads a drawing. The scene's community is the whole drawing and one
// character around it.
func Parse(metres float64, drawing string) (*Map, error) {
	m := &Map{metre: metres, names: make(map[string]cell), feats: make(map[string]map[string]*geo.Feature)}
	legend := m.split(drawing)
	m.readNames()
	for r := range m.rows {
		for c := range m.rows[r] {
			m.readCell(cell{r, c})
		}
	}
	m.readWalls()
	for _, line := range legend {
		if err := m.readLegend(line); err != nil {
			return nil, err
		}
	}
	m.finish()
	return m, nil
}

// split parts the drawing from the legend: lines with a colon after the drawing.
func (m *Map) split(drawing string) (legend []string) {
	lines := strings.Split(strings.Trim(drawing, "\n"), "\n")
	indent := 1 << 30
	for _, l := range lines {
		if strings.Contains(l, ":") {
			break
		}
		if t := strings.TrimLeft(l, "\t"); t != "" {
			indent = min(indent, len(l)-len(t))
		}
	}
	for _, l := range lines {
		if strings.Contains(l, ":") {
			legend = append(legend, strings.TrimSpace(l))
		} else if len(legend) == 0 {
			m.rows = append(m.rows, strings.TrimRight(l[min(indent, len(l)):], " \t"))
		}
	}
	return legend
}

func (m *Map) char(at cell) byte {
	if at.row < 0 || at.row >= len(m.rows) || at.col < 0 || at.col >= len(m.rows[at.row]) {
		return ' '
	}
	return m.rows[at.row][at.col]
}

// point is the place of a cell in metres.
func (m *Map) point(at cell) orb.Point {
	return orb.Point{Origin[0] + float64(at.col)*m.metre, Origin[1] - float64(at.row)*m.metre}
}

// At is the place of a name: a letter, a building, a venue or an entrance.
func (m *Map) At(name string) orb.Point {
	at, ok := m.names[name]
	if !ok {
		panic("testmap: there is no " + name)
	}
	return m.point(at)
}

func isNode(c byte) bool { return c >= 'A' && c <= 'Z' || c == '+' || strings.IndexByte("glp", c) >= 0 }

func isNumbered(c byte) bool { return c == 'h' || c == 'v' || c == 'e' }

func (m *Map) readNames() {
	for r := range m.rows {
		for c := range m.rows[r] {
			at := cell{r, c}
			ch := m.char(at)
			next := m.char(cell{r, c + 1})
			switch {
			case ch >= 'A' && ch <= 'Z':
				m.names[string(ch)] = at
			case isNode(ch):
				m.names[fmt.Sprintf("%c%d.%d", ch, r, c)] = at
			case isNumbered(ch) && next >= '0' && next <= '9':
				m.names[string([]byte{ch, next})] = at
			}
		}
	}
}

func (m *Map) nameOf(at cell) string {
	if c := m.char(at); c >= 'A' && c <= 'Z' {
		return string(c)
	}
	return fmt.Sprintf("%c%d.%d", m.char(at), at.row, at.col)
}

func (m *Map) add(layer, id string, g orb.Geometry, attributes map[string]any) {
	if m.feats[layer] == nil {
		m.feats[layer] = make(map[string]*geo.Feature)
	}
	m.feats[layer][id] = &geo.Feature{ID: id, Geometry: g, Attributes: attributes}
}

// readCell makes what begins in a cell.
func (m *Map) readCell(at cell) {
	c, next := m.char(at), m.char(cell{at.row, at.col + 1})
	p := m.point(at)
	if isNumbered(c) && next >= '0' && next <= '9' {
		id := string([]byte{c, next})
		switch c {
		case 'h':
			r := 0.3 * m.metre
			m.add("buildings", id, geo.Extent{MinX: p[0] - r, MinY: p[1] - r, MaxX: p[0] + r, MaxY: p[1] + r}.Polygon(), map[string]any{"use": "residential"})
		case 'v':
			m.add("facilities", id, p, map[string]any{"category": "sport/pitch"})
		case 'e':
			m.add("entrances", id, p, map[string]any{})
		}
		return
	}
	if !isNode(c) {
		return
	}
	gates := map[byte]map[string]any{
		'g': {"kind": "gate"}, 'l': {"kind": "gate", "locked": true}, 'p': {"kind": "gate", "foot": "private"},
	}
	if attributes, ok := gates[c]; ok {
		m.add("barriers", m.nameOf(at), p, attributes)
	}
	for _, d := range []cell{{0, 1}, {1, 0}, {1, 1}, {1, -1}} {
		m.readWay(at, d)
	}
}

// readWay follows a way eastwards or southwards to the next place.
func (m *Map) readWay(from, step cell) {
	stroke := map[cell]string{{0, 1}: "-=%^", {1, 0}: `|"%^`, {1, 1}: `\`, {1, -1}: "/"}[step]
	at := cell{from.row + step.row, from.col + step.col}
	class := "footway"
	bridge := false
	length := 0
	for strings.IndexByte(stroke, m.char(at)) >= 0 {
		switch m.char(at) {
		case '=', '"':
			class = "steps"
		case '^':
			bridge = bridge || step.col == 1
		}
		at = cell{at.row + step.row, at.col + step.col}
		length++
	}
	if length == 0 || !isNode(m.char(at)) {
		return
	}
	attributes := map[string]any{"class": class}
	if bridge {
		attributes["bridge"] = true
	}
	m.add("ways", m.nameOf(from)+m.nameOf(at), orb.LineString{m.point(from), m.point(at)}, attributes)
}

// isWall tells whether a cell belongs to walls; gates and crossings hold them
// together.
func isWall(c byte) bool { return c == '#' || c == '%' || strings.IndexByte("glp", c) >= 0 }

// readWalls joins neighbouring wall cells, one of which at least is a #. A wall
// passes straight through a gate or a crossing.
func (m *Map) readWalls() {
	for r := range m.rows {
		for c := range m.rows[r] {
			for _, d := range []cell{{0, 1}, {1, 0}, {1, 1}, {1, -1}} {
				a, b := cell{r, c}, cell{r + d.row, c + d.col}
				if !isWall(m.char(a)) || !isWall(m.char(b)) || m.char(a) != '#' && m.char(b) != '#' {
					continue
				}
				if d.row != 0 && d.col != 0 && (m.char(a) != '#' || m.char(b) != '#') {
					continue
				}
				m.add("barriers", fmt.Sprintf("wall%d.%d-%d.%d", a.row, a.col, b.row, b.col),
					orb.LineString{m.point(a), m.point(b)}, map[string]any{"kind": "wall"})
			}
		}
	}
}

// readLegend adds attributes or a feature.
func (m *Map) readLegend(line string) error {
	name, rest, _ := strings.Cut(line, ":")
	layer, id, drawn := "", strings.TrimSpace(name), true
	if l, i, ok := strings.Cut(id, "/"); ok {
		layer, id, drawn = l, i, false
	}
	f := m.find(layer, id)
	if f == nil {
		if drawn {
			return fmt.Errorf("testmap: the legend speaks of %q, which is not drawn", id)
		}
		m.add(layer, id, nil, map[string]any{})
		f = m.feats[layer][id]
	}
	for _, pair := range strings.Fields(rest) {
		key, text, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("testmap: %q is not key=value", pair)
		}
		if key == "at" {
			g, err := m.shape(text)
			if err != nil {
				return err
			}
			f.Geometry = g
			continue
		}
		f.Attributes[key] = value(text)
	}
	return nil
}

func (m *Map) find(layer, id string) *geo.Feature {
	for _, l := range slices.Sorted(maps.Keys(m.feats)) {
		if f, ok := m.feats[l][id]; ok && (layer == "" || l == layer) {
			return f
		}
	}
	return nil
}

// shape reads at=A or at=A,B,C; a place may be moved as in A@1.5/-2, in metres
// east and north.
func (m *Map) shape(text string) (orb.Geometry, error) {
	var line orb.LineString
	for _, name := range strings.Split(text, ",") {
		name, move, moved := strings.Cut(name, "@")
		at, ok := m.names[name]
		if !ok {
			return nil, fmt.Errorf("testmap: there is no place %q", name)
		}
		p := m.point(at)
		if moved {
			x, y, _ := strings.Cut(move, "/")
			dx, err1 := strconv.ParseFloat(x, 64)
			dy, err2 := strconv.ParseFloat(y, 64)
			if err1 != nil || err2 != nil {
				return nil, fmt.Errorf("testmap: %q is not a move such as @1.5/-2", move)
			}
			p = orb.Point{p[0] + dx, p[1] + dy}
		}
		line = append(line, p)
	}
	switch {
	case len(line) == 1:
		return line[0], nil
	case len(line) > 3 && line[0] == line[len(line)-1]:
		return orb.Polygon{orb.Ring(line)}, nil
	}
	return line, nil
}

func value(text string) any {
	if b, err := strconv.ParseBool(text); err == nil && (text == "true" || text == "false") {
		return b
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return text
}

// finish writes the scene.
func (m *Map) finish() {
	width := 0
	for _, r := range m.rows {
		width = max(width, len(r))
	}
	lo, hi := m.point(cell{len(m.rows), -1}), m.point(cell{-1, width})
	m.Scene = &analysis.Scene{
		CRS: "EPSG:4548",
		Community: geo.Feature{
			ID: "community", Attributes: map[string]any{"name": "drawing"},
			Geometry: geo.Extent{MinX: lo[0], MinY: lo[1], MaxX: hi[0], MaxY: hi[1]}.Polygon(),
		},
		Layers: make(map[string][]geo.Feature),
	}
	for _, layer := range slices.Sorted(maps.Keys(m.feats)) {
		for _, id := range slices.Sorted(maps.Keys(m.feats[layer])) {
			m.Scene.Layers[layer] = append(m.Scene.Layers[layer], *m.feats[layer][id])
		}
	}
}
