package radio

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestOneHouse(t *testing.T) {
	town := newTown(200)
	town.build(rectangle(90, 90, 110, 110), 20)
	town.cell(orb.Point{10, 100}, 15, 90)
	m := town.model(t, Params{Thresholds: Thresholds{RSRPdBm: -80}})
	px := all(t, m.Grid(), m.Tiles)
	at := func(x, y float64) int { return int(y/2)*px.grid.Cols + int(x/2) }
	if !px.free[at(50, 101)] || px.free[at(150, 101)] || !px.free[at(150, 171)] {
		t.Error("free where it should not be, or the reverse")
	}
	if px.kind[at(100, 101)] != Indoor || !px.free[at(100, 101)] || px.kind[at(80, 80)] != Outdoor {
		t.Error("kinds")
	}
	if !(px.rsrp[at(150, 101)] < px.rsrp[at(150, 171)]) {
		t.Error("no loss behind the house")
	}
	l := m.Link(0, orb.Point{151, 101})
	if len(l.Blockers) != 1 || l.Blockers[0].Building != "b0000" || l.Path != NLOS {
		t.Errorf("%+v", l)
	}
}
