package radio

import (
	"github.com/paulmach/orb"
)

// Cell is a transmitter with everything its link budget needs.
type Cell struct {
	ID       string
	Site     string
	Operator string // empty where unknown
	Band     string
	At       orb.Point
	// GroundM is the height of the ground below it, HeightM of the antenna above
	// that ground.
	GroundM, HeightM float64
	// OnBuilding is the building that carries it, which does not block it where the
	// antenna stands above its roof; empty for none.
	OnBuilding string
	FreqMHz    float64
	// EPREdBm is the power of one resource element at the antenna's port, GainDBi
	// the greatest gain.
	EPREdBm, GainDBi    float64
	SCSkHz              float64
	AzimuthDeg, TiltDeg float64
	HBWDeg, VBWDeg      float64
	// Assumed names the attributes that Defaults gave.
	Assumed []string
}

// Lack is a feature that cannot be used, or only with defaults, for want of
// attributes.
type Lack struct {
	Layer, ID string
	Fields    []string
}

// Path is how a path runs.
type Path string

// The kinds of paths.
const (
	LOS  Path = "los"  // free
	NLOS Path = "nlos" // blocked by a building or the ground
)

// Link is one cell at one place, with every term of its budget:
//
//	RSRP = EPRE + Gain − PathLoss − Diffraction − Entry + Calibration
type Link struct {
	Cell string
	// DistanceM is in plan, Distance3DM from antenna to phone.
	DistanceM, Distance3DM float64
	// OffAzimuthDeg is the angle beside the main direction, −180 to 180;
	// BelowHorizonDeg the angle of the path below the horizon at the antenna.
	OffAzimuthDeg, BelowHorizonDeg float64
	Path                           Path
	// Blockers are what stands in the way, from the cell on.
	Blockers []Blocker
	// Scenario is "UMa" or "UMi".
	Scenario      string
	EPREdBm       float64
	GainDBi       float64
	PathLossDB    float64
	DiffractionDB float64 // 0 unless Params.Blocked is KnifeEdge
	// Indoor tells that the place is inside a building, InsideM how far behind its
	// wall, EntryDB what wall and room take.
	Indoor        bool
	InsideM       float64
	EntryDB       float64
	CalibrationDB float64
	RSRPdBm       float64
	// SINRdB is against the other cells of the operator on the same frequency.
	SINRdB float64
	// SigmaDB is the standard deviation of RSRP; Probability the chance that it
	// meets the threshold.
	SigmaDB, Probability float64
	// Flags name what is outside the range of the formulas: "too_near" (below 10
	// m), "too_far" (above 5 km), "antenna_low" or "antenna_high", "frequency",
	// "below_roof" (the antenna is below the roof of its own building).
	Flags []string
}

// Blocker is something in the way of a path.
type Blocker struct {
	// Building is its id; empty for the ground.
	Building string
	Name     string
	// FromM and ToM are where the path is below its top, in metres from the cell in
	// plan; AboveM how far it stands above the path at the most.
	FromM, ToM, AboveM float64
}

// Section is the side view along a path, in metres from the cell in plan and
// metres above the datum of the terrain (or above flat ground).
type Section struct {
	Cell     string
	LengthM  float64
	Ground   []SectionPoint // from 0 to LengthM
	Solids   []Solid
	FromM    float64 // height of the antenna
	ToM      float64 // height of the phone
	FresnelM float64 // radius of the first Fresnel zone half-way
}

// SectionPoint is a height along a section.
type SectionPoint struct{ AtM, HeightM float64 }

// Solid is a building cut by a section.
type Solid struct {
	Building            string
	Name                string
	FromM, ToM          float64 // along the section
	BaseM, TopM         float64 // heights
	Blocks, OwnsAntenna bool
	HoldsPhone          bool
	// Assumed tells that the height is a default.
	Assumed bool
}

// Grid is the pixels of a run. Pixel (c, r) has its centre at (West+c·Res,
// South+r·Res); centres are whole multiples of Res plus half of it, so that the
// pixels of a place do not depend on the community.
type Grid struct {
	West, South float64 // centre of the first pixel
	ResM        float64
	Cols, Rows  int
}

// At is the centre of a pixel.
func (g *Grid) At(c, r int) orb.Point {
	return orb.Point{g.West + float64(c)*g.ResM, g.South + float64(r)*g.ResM}
}

// Kinds of pixels.
const (
	Outside uint8 = iota // not in the community
	Outdoor
	Indoor
)

// NoServer marks a pixel that no cell reaches.
const NoServer = -1

// Tile is a rectangle of pixels with what was computed there, row after row from
// the south-west. Its slices are reused when the visit returns.
type Tile struct {
	Grid Grid // of the tile
	// C0 and R0 are its first pixel in the whole grid.
	C0, R0 int
	Kind   []uint8
	// Building is the index in Model.Buildings of what an indoor pixel lies in; −1
	// outdoors.
	Building []int32
	// Server is the cell with the strongest signal (index in Model.Cells), RSRP its
	// level, SINR its ratio, Chance the probability that it meets the threshold.
	Server []int16
	RSRP   []float32
	SINR   []float32
	Chance []float32
	// Free tells that the path to the server is free.
	Free []bool
	// Covers has bit i set where group i of Model.Groups covers the pixel: the best
	// server of one of its carriers meets the thresholds.
	Covers []uint64
	// Spare counts the offsets of SpareOffsets at which group "all" would still cover
	// the pixel if the level asked for were higher by them.
	Spare []uint8
	// Sole is the cell without which group "all" would not cover the pixel, the
	// others staying as they are; NoServer where it is not covered or would be all
	// the same.
	Sole []int16
}

// Group is what a share is told for: all cells, an operator, a band of an operator.
type Group struct {
	ID       string // "all", "operator:中国移动", "operator:中国移动/n41"
	Operator string
	Band     string
	Cells    []int
}
