package sight

import "yiju/geo"

// Facade says what counts as watching a façade.
type Facade struct {
	// Floors is from how many floors on a residential building counts: 12; FromFloor
	// the first floor that is watched: 3. Both are the Shandong standard's.
	Floors    int `json:"floors"`
	FromFloor int `json:"from_floor"`
	// CellM is the width of a cell of a façade: 3.
	CellM float64 `json:"cell_m"`
	// PxPerM is how many pixels a metre across the line of sight must fill: 25.
	PxPerM float64 `json:"px_per_m"`
	// GrazingDeg is the least angle between the line of sight and the wall: 8. Both
	// are the product's choice.
	GrazingDeg float64 `json:"grazing_deg"`
	// Kinds are the kinds of cameras that count; nil is "facade" alone.
	Kinds []string `json:"kinds,omitempty"`
}

func (f *Facade) fill() {
	if f.Floors == 0 {
		f.Floors = 12
	}
	if f.FromFloor == 0 {
		f.FromFloor = 3
	}
	if f.CellM == 0 {
		f.CellM = 3
	}
	if f.PxPerM == 0 {
		f.PxPerM = 25
	}
	if f.GrazingDeg == 0 {
		f.GrazingDeg = 8
	}
	if f.Kinds == nil {
		f.Kinds = []string{"facade"}
	}
}

func (f *Facade) check() error {
	if f.Floors >= 1 && f.FromFloor >= 1 && f.CellM >= 0.5 && f.CellM <= 100 && f.PxPerM > 0 && f.GrazingDeg >= 0 && f.GrazingDeg < 90 {
		return nil
	}
	return geo.Refuse(
		geo.T("高空抛物参数不可用", "the parameters of façades cannot be used"),
		geo.T("层数至少为1，单元宽0.5到100米，像素密度大于0，掠射角0到90度", "floors from 1, cells of 0.5 to 100 m, pixels above 0, angles from 0 to 90 degrees"))
}
