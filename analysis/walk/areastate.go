package walk

import (
	"math"

	"github.com/paulmach/orb"
)

// areaScratch is the memory of making areas. What one call leaves behind is told
// apart by its stamp, what one limit leaves behind by its round.
type areaScratch struct {
	stamp, round uint32
	at           []vertexState
	sides        []sideState
	triSeen      []uint32 // by stamp
	verts, tris  []int32  // reached
	walls        []int32  // faces of walls met in this round
	out          [][2]orb.Point
	heap         scratch
}

// vertexState is what is known of a vertex of the mesh.
type vertexState struct {
	stamp  uint32
	square float64 // metres for which the limit lasts on a square
	step   float64 // metres that one gets off the network
	cost   float64 // from here
	leave  float64 // the same over ways that can be left here
	off_m  float64 // off the network, where no way leads
}

// sideState tells how far a side is reached, in parts of it: from u up to p, and
// from q up to v.
type sideState struct {
	p, q  int32
	round uint32
}

func (a *areaScratch) fit(m *mesh) {
	if len(a.at) < len(m.pts) {
		a.at, a.sides, a.triSeen = make([]vertexState, len(m.pts)), make([]sideState, len(m.sides)), make([]uint32, len(m.tris))
		a.stamp, a.round = 0, 0
	}
}

// begin forgets the last call.
func (a *areaScratch) begin() {
	a.stamp++
	if a.stamp == 0 || a.round > math.MaxUint32-2*maxCutoffs { // the numbers have gone round
		clear(a.at)
		clear(a.sides)
		clear(a.triSeen)
		a.stamp, a.round = 1, 0
	}
	a.verts, a.tris = a.verts[:0], a.tris[:0]
}

// meet gives the state of a vertex, empty when it is met for the first time.
func (a *areaScratch) meet(v int32) *vertexState {
	s := &a.at[v]
	if s.stamp != a.stamp {
		*s = vertexState{stamp: a.stamp, cost: math.Inf(1), leave: math.Inf(1)}
		a.verts = append(a.verts, v)
	}
	return s
}

// side gives the state of a side, unreached when it is met for the first time in
// this round; fresh tells that it is.
func (a *areaScratch) side(m *mesh, s int32) (state *sideState, fresh bool) {
	state = &a.sides[s]
	if fresh = state.round != a.round; fresh {
		*state = sideState{0, m.parts, a.round}
	}
	return state, fresh
}
