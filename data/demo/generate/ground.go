package main

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/raster"
)

// ground is the height in metres above the 1985 datum at a place on the drawing
// board: a plain that rises gently northwards, a bed for the stream, and a hill
// with a spur in the north.
func (p *plan) ground(at orb.Point) float64 {
	x, y := at[0], at[1]
	z := 138 + 0.011*y + 0.002*x + 0.35*math.Sin(x/170)*math.Cos(y/210)
	z += 96 * bump(x, y, 60, 1450, 430, 300)
	z += 34 * bump(x, y, -430, 1230, 190, 210)
	z += 22 * bump(x, y, 470, 1180, 200, 190)
	if y < 745 {
		bed := xAt(p.site.east, y) + (waterFrom_m+waterTo_m)/2
		z -= 2.2 * math.Exp(-(x-bed)*(x-bed)/(2*13*13))
	}
	return z
}

func bump(x, y, cx, cy, sx, sy float64) float64 {
	return math.Exp(-(x-cx)*(x-cx)/(2*sx*sx) - (y-cy)*(y-cy)/(2*sy*sy))
}

// terrainStep_m is the spacing of the height grid, heightStep_m that of its values.
const (
	terrainStep_m = 15.0
	heightSteps   = 16 // to the metre; such values are exact in 32 bits
)

// terrain samples the ground in the working CRS, over everything that is drawn.
func (p *plan) terrain() *raster.Grid {
	frame := geo.EmptyExtent()
	for _, c := range []orb.Point{{edgeWest, edgeSouth}, {edgeEast, edgeSouth}, {edgeEast, edgeNorth}, {edgeWest, edgeNorth}} {
		frame.IncludePoint(toWorking(c))
	}
	frame = frame.Grow(2 * terrainStep_m)
	west := math.Floor(frame.MinX/terrainStep_m) * terrainStep_m
	north := math.Ceil(frame.MaxY/terrainStep_m) * terrainStep_m
	g := &raster.Grid{
		CRS: workingCRS, West: west, North: north, StepX: terrainStep_m, StepY: terrainStep_m,
		Cols: int(math.Ceil((frame.MaxX-west)/terrainStep_m)) + 1,
		Rows: int(math.Ceil((north-frame.MinY)/terrainStep_m)) + 1,
	}
	for r := range g.Rows {
		for c := range g.Cols {
			at := fromWorking(orb.Point{west + float64(c)*terrainStep_m, north - float64(r)*terrainStep_m})
			g.Z = append(g.Z, float32(round(p.ground(at), heightSteps)))
		}
	}
	return g
}
