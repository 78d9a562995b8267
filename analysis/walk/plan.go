package walk

import (
	"fmt"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// plan is what of a network hangs on where things lie, and on who walks only by the
// ways that are open to them. It works on strands: the lines of ways as chains of
// shared vertices. Walls, gates, squares and loose ends put further vertices into
// strands. Once laid it does not change, and serves all profiles to which the same ways
// are open.
type plan struct {
	scene *analysis.Scene
	ways  []geo.Feature
	rules planRules
	use   []wayUse

	strands []strand // and links; their manners are those of the profile it was laid for
	ghosts  []strand // roads closed to walkers that take time to cross
	squares []square
	chords  []strand // the straight lines across squares
	breaks  []int32  // vertices on squares, at which strands are cut into edges
	spoked  []int32  // ways with a square too large for lines between all its entries
	verts   []orb.Point
	same    unionFind // vertices found to be one

	walls     []wall
	wallSegs  []segRef
	wallGrid  *grid
	gates     []gate
	gateGrid  *grid
	gateSeat  []int32 // vertex each gate stands on; -1 for none
	wallMarks []wallMark
	kinds     kindIndex // of crossings

	views *views // across squares, that were known before; nil for none

	// While it is laid:
	segs    []segRef // all segments of strands, before insertions
	segGrid *grid
	inserts []insertion
	onSeg   map[segRef][]int32 // positions in inserts
}

// planRules are what a profile says of where things lie.
type planRules struct {
	walls []string // kinds of line barriers that stop a walk
	joinM float64  // how far loose ends and gates are from the ways that they belong to
}

// wayUse is what a plan makes of a way.
type wayUse byte

const (
	wayUnused wayUse = iota
	wayOpen
	wayGhost // closed, and takes time to cross
)

// lay makes the plan.
func (b *plan) lay(manners []*manner) {
	b.collect(manners)
	b.clusterVertices()
	b.indexSegments()
	b.collectGates()
	b.collectWalls()
	b.markWalls()
	b.seatGates()
	b.enterSquares()
	links := b.joinLooseEnds()
	b.applyInsertions()
	for _, l := range links {
		l.rename(b.same.find)
		b.strands = append(b.strands, l)
	}
	for i := range b.ghosts {
		b.ghosts[i].rename(b.same.find)
	}
	b.kinds = crossingKinds(b.scene)
	b.crossSquares()
	b.settle()
}

// settle gives every vertex the name that stands for it, and drops what was needed on
// the way.
func (b *plan) settle() {
	b.same.settle()
	for i, v := range b.gateSeat {
		if v >= 0 {
			b.gateSeat[i] = b.same.find(v)
		}
	}
	for i := range b.wallMarks {
		b.wallMarks[i].vertex = b.same.find(b.wallMarks[i].vertex)
	}
	slices.SortFunc(b.wallMarks, compareMarks)
	b.wallMarks = slices.Compact(b.wallMarks)
	b.segs, b.segGrid, b.inserts, b.onSeg = nil, nil, nil, nil
}

// walkPlan takes the strands of the plan, to be walked as the profile says.
func (b *builder) walkPlan() {
	b.strands = make([]strand, 0, len(b.plan.strands)+len(b.plan.chords))
	for _, s := range b.plan.strands {
		if s.walk = b.manners[s.way]; s.link {
			s.walk = s.walk.ofLink()
			b.notes.Add("joined_ends", noteJoined, "", b.ways[s.way].ID)
		}
		b.strands = append(b.strands, s)
	}
	if len(b.strands) == 0 {
		b.notes.Add("no_ways", noteNoWays, "", "")
	}
	b.ghosts = slices.Clone(b.plan.ghosts)
	for i := range b.ghosts {
		b.ghosts[i].walk = b.manners[b.ghosts[i].way]
	}
}

// takeChords adds the lines across squares.
func (b *builder) takeChords() {
	for _, v := range b.breaks {
		b.at(v).breaks = true
	}
	for _, way := range b.spoked {
		b.notes.Add("squares_by_spokes", noteSquare, "", b.ways[way].ID)
	}
	var walk *manner
	way := int32(-1)
	for _, s := range b.chords {
		if s.way != way {
			way, walk = s.way, b.manners[s.way].ofChord()
		}
		s.walk = walk
		b.strands = append(b.strands, s)
	}
}

// Shared lets networks of several profiles follow one scene after the other together:
// what does not depend on who walks is found once for all of them. What they find is
// what each would find by itself. The zero value is ready; it may be used by several
// goroutines.
//
// A scene that it was given must not be changed in place: it is known again by where it
// lies in memory.
type Shared struct {
	mu    sync.Mutex
	scene *analysis.Scene // that the plans are of
	plans map[string]*sharedPlan
	views views
}

type sharedPlan struct {
	once sync.Once
	plan *plan
}

// planOf gives the plan of a scene for whoever walks certain ways, and lays it where
// nobody has.
func (shared *Shared) planOf(scene *analysis.Scene, rules planRules, use []wayUse, manners []*manner) *plan {
	lay := func(known *views) *plan {
		p := &plan{scene: scene, ways: scene.Layers["ways"], rules: rules, use: use, views: known}
		p.lay(manners)
		return p
	}
	if shared == nil {
		return lay(nil)
	}
	key := fmt.Sprintf("%q %v %s", rules.walls, rules.joinM, use)
	shared.mu.Lock()
	if shared.scene != scene {
		shared.scene, shared.plans = scene, make(map[string]*sharedPlan)
	}
	s := shared.plans[key]
	if s == nil {
		s = &sharedPlan{}
		shared.plans[key] = s
	}
	shared.mu.Unlock()
	s.once.Do(func() { s.plan = lay(&shared.views) })
	return s.plan
}
