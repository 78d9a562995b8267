package sight

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
)

// run is one question being answered.
type run struct {
	m       *Model
	p       *Params
	notes   analysis.Notebook
	err     error
	views   []seen        // by camera
	points  []pointResult // by key point and point, in order
	lines   []lineResult  // by key point and line, in order
	records []record      // by camera feature
	lone    []lone        // by camera
	facades []facadeResult
	// facadeDoubts counts the buildings that may be high residential ones.
	facadeDoubts int
	covers       []cover
	advised      advised
}

// seen is what a camera sees of a target on the ground.
type seen struct {
	bands []orb.MultiPolygon // by class: where it is the best
	could []orb.MultiPolygon // of a camera that turns: wherever it turns
	// counted is where it is seen at the class that redundancy counts.
	counted orb.MultiPolygon
}

type pointResult struct {
	keypoint, part int
	at             orb.Point
	finding
}

type lineResult struct {
	keypoint, part int
	line           orb.LineString
	parts          []lineFinding
	length         float64
}

// lone is what only one camera covers.
type lone struct {
	points   int
	length_m float64
	area_m2  float64
	ids      []string // key points
	covers   int      // points it covers, with others or alone
	covers_m float64
}

// Run makes a scene ready and answers. Faults are those of NewModel.
func Run(scene *analysis.Scene, p Params) (analysis.Result, error) {
	m, err := NewModel(scene, p)
	if err != nil {
		return analysis.Result{}, err
	}
	return m.Run()
}

// Run answers for the whole scene. Layers are <id>_views, <id>_keypoints,
// <id>_redundancy, <id>_facades, <id>_cameras and, where advice is asked,
// <id>_advice, in metres of the scene. A scene without cameras or without key points
// gives a result that says so, not an error.
func (m *Model) Run() (analysis.Result, error) {
	r := &run{m: m, p: &m.p}
	r.notes = m.notes.Clone()
	registry, err := m.newRegistry()
	if err != nil {
		return analysis.Result{}, err
	}
	for i := range m.cameras {
		r.records = append(r.records, registry.check(m.cameras[i].feature))
	}
	r.look()
	r.findKeypoints()
	r.alone()
	r.redundancy()
	r.watchFacades()
	if m.p.Advice != nil {
		r.advise()
	}
	var out analysis.Result
	out.Layers = r.layers()
	out.Values = r.values()
	r.tell()
	out.Notes = r.notes.Sorted()
	if r.err != nil {
		return analysis.Result{}, fmt.Errorf("sight: %w", r.err)
	}
	return out, nil
}

// look finds what every camera sees.
func (r *run) look() {
	m := r.m
	r.views = make([]seen, len(m.cameras))
	if !r.p.wants("views") && !r.p.wants("redundancy") && !r.p.wants("cameras") {
		return
	}
	parallel(len(m.cameras), func() func(int) {
		k, w := newLooker(m), &weaver{}
		return func(i int) { r.views[i] = k.see(&m.cameras[i], w) }
	})
}

// see finds all that a camera sees.
func (k *looker) see(c *Camera, w *weaver) (out seen) {
	if !c.able {
		return out
	}
	p := &k.m.p
	counted, _ := p.Table.rank(p.Redundancy)
	last := int8(len(p.Table.Classes) - 1)
	f := k.look(&c.now, c.roofs)
	for class := int8(0); class <= last; class++ {
		out.bands = append(out.bands, w.area(&k.view, f, class, class))
	}
	out.counted = w.area(&k.view, f, int8(counted), last)
	if c.canTurn && p.PTZ == PTZNow && p.wants("views") {
		f := k.look(&c.could, c.roofs)
		for class := int8(0); class <= last; class++ {
			out.could = append(out.could, w.area(&k.view, f, class, class))
		}
	}
	return out
}

// findKeypoints finds what cameras have of every key point.
func (r *run) findKeypoints() {
	m := r.m
	r.listKeypoints()
	parallel(len(r.points)+len(r.lines), func() func(int) {
		s := &sightline{m: m}
		return func(i int) {
			if i < len(r.lines) { // the longer work first
				l := &r.lines[i]
				l.parts = s.findLine(l.line, m.keypoints[l.keypoint].need)
				l.length = lengthOf(l.line, 0, float64(len(l.line)-1))
				return
			}
			p := &r.points[i-len(r.lines)]
			p.finding = s.findPoint(p.at, m.keypoints[p.keypoint].need)
		}
	})
}

// listKeypoints lists what findings are wanted of.
func (r *run) listKeypoints() {
	for i := range r.m.keypoints {
		k := &r.m.keypoints[i]
		for j, p := range k.points {
			r.points = append(r.points, pointResult{keypoint: i, part: j, at: p})
		}
		for j, l := range k.lines {
			r.lines = append(r.lines, lineResult{keypoint: i, part: j, line: l})
		}
	}
}

// alone counts what each camera covers, and what it alone covers: what is lost when
// it fails.
func (r *run) alone() {
	r.lone = make([]lone, len(r.m.cameras))
	take := func(keypoint int, cameras []int32, points int, length float64) {
		id := r.m.keypoints[keypoint].id
		for _, c := range cameras {
			l := &r.lone[c]
			l.covers += points
			l.covers_m += length
			if len(cameras) == 1 {
				l.points += points
				l.length_m += length
				if !slices.Contains(l.ids, id) {
					l.ids = append(l.ids, id)
				}
			}
		}
	}
	for i := range r.points {
		take(r.points[i].keypoint, r.points[i].cameras, 1, 0)
	}
	for i := range r.lines {
		l := &r.lines[i]
		for _, p := range l.parts {
			take(l.keypoint, p.cameras, 0, lengthOf(l.line, p.from, p.to))
		}
	}
	for i := range r.lone {
		slices.Sort(r.lone[i].ids)
	}
}
