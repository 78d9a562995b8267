package radio

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// fewestTogether is from how many places in a tile it pays to compute the whole tile.
const fewestTogether = 64

// Levels computes a cell that need not be one of the model's at places: RSRP in dBm,
// −Inf beyond reach. out must be as long as at. Many places that are centres of
// pixels of the community are computed together, much faster than others.
func (m *Model) Levels(c *Cell, at []orb.Point, out []float32) {
	t := m.newTransmitter(c)
	together := make(map[int][]int) // by tile
	for i, p := range at {
		out[i] = float32(math.Inf(-1))
		if geo.Distance(t.at, p) > m.params.ReachM {
			continue
		}
		if k, _, ok := m.grid.pixelAt(p); ok {
			together[k] = append(together[k], i)
			continue
		}
		out[i] = m.levelAt(t, p)
	}
	var w work
	cols, _ := m.grid.tiles()
	for k, places := range together {
		if len(places) < fewestTogether {
			for _, i := range places {
				out[i] = m.levelAt(t, at[i])
			}
			continue
		}
		m.paint(&w.canvas, k%cols, k/cols, nil)
		w.powers = resize(w.powers, len(w.canvas.kind))
		m.powers(t, &w, w.powers, nil)
		for _, i := range places {
			_, px, _ := m.grid.pixelAt(at[i])
			if w.canvas.kind[px] == Outside {
				out[i] = m.levelAt(t, at[i])
			} else {
				out[i] = float32(10 * math.Log10(math.Abs(float64(w.powers[px]))))
			}
		}
	}
}

// levelAt is the level of a transmitter at a place.
func (m *Model) levelAt(t *transmitter, p orb.Point) float32 {
	s := m.receiver(p)
	l := m.budget(t, &s)
	return float32(l.RSRPdBm)
}

// onPixel is how near to its centre, in pixels, a place must be to be that pixel.
const onPixel = 1e-6

// pixelAt finds the tile and the pixel in it whose centre p is.
func (g *Grid) pixelAt(p orb.Point) (tile, pixel int, ok bool) {
	x, y := (p[0]-g.West)/g.ResM, (p[1]-g.South)/g.ResM
	c, r := math.Round(x), math.Round(y)
	if !(math.Abs(x-c) < onPixel && math.Abs(y-r) < onPixel) || c < 0 || r < 0 || int(c) >= g.Cols || int(r) >= g.Rows {
		return 0, 0, false
	}
	i, k := int(c)/TileSide, int(r)/TileSide
	cols, _ := g.tiles()
	_, _, t := g.tileOf(i, k)
	return k*cols + i, int(r)%TileSide*t.Cols + int(c)%TileSide, true
}

// GroundM is the height of the ground at a place, for cells that are made up.
func (m *Model) GroundM(p orb.Point) float64 { return m.ground.height(p) }
