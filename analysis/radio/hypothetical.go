package radio

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Levels computes a cell that need not be one of the model's at places: RSRP in dBm,
// −Inf beyond reach. out must be as long as at.
func (m *Model) Levels(c *Cell, at []orb.Point, out []float32) {
	t := m.newTransmitter(c)
	for i, p := range at {
		out[i] = float32(math.Inf(-1))
		if geo.Distance(t.at, p) > m.params.ReachM {
			continue
		}
		s := m.receiver(p)
		l := m.budget(t, &s)
		out[i] = float32(l.RSRPdBm)
	}
}

// GroundM is the height of the ground at a place, for cells that are made up.
func (m *Model) GroundM(p orb.Point) float64 { return m.ground.height(p) }
