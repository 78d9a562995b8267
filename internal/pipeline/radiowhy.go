package pipeline

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/geo"
)

// maxSignals bounds the cells that are told of at a place.
const maxSignals = 8

// Signals tells what of 5G is received at a place, and why.
type Signals struct {
	Run       string          `json:"run,omitempty" doc:"The run whose parameters were taken; empty when there is none"`
	Covered   *bool           `json:"covered" doc:"Null when something needed is unknown"`
	Place     string          `json:"place" enum:"outdoor,indoor"`
	Threshold SignalThreshold `json:"threshold"`
	Missing   []geo.Text      `json:"missing" doc:"What is unknown and needed"`
	Links     []Signal        `json:"links" doc:"The strongest cells, strongest first"`
}

// SignalThreshold is what a place needs to be covered.
type SignalThreshold struct {
	ID          string   `json:"id"`
	Title       geo.Text `json:"title"`
	Sourced     bool     `json:"sourced"`
	RSRP_dbm    float64  `json:"rsrp_dbm"`
	SINR_db     *float64 `json:"sinr_db"`
	Probability *float64 `json:"probability"`
}

// Signal is one cell at the place, with every term of its budget.
type Signal struct {
	Cell              string          `json:"cell"`
	Site              string          `json:"site"`
	Operator          string          `json:"operator"`
	Band              string          `json:"band"`
	At                []float64       `json:"at"`
	Distance_m        float64         `json:"distance_m"`
	Off_azimuth_deg   float64         `json:"off_azimuth_deg"`
	Below_horizon_deg float64         `json:"below_horizon_deg"`
	Path              string          `json:"path" enum:"los,nlos"`
	Blockers          []SignalBlocker `json:"blockers"`
	Scenario          string          `json:"scenario"`
	EPRE_dbm          float64         `json:"epre_dbm"`
	Gain_dbi          float64         `json:"gain_dbi"`
	Path_loss_db      float64         `json:"path_loss_db"`
	Diffraction_db    float64         `json:"diffraction_db"`
	Inside_m          float64         `json:"inside_m"`
	Entry_db          float64         `json:"entry_db"`
	Calibration_db    float64         `json:"calibration_db"`
	RSRP_dbm          float64         `json:"rsrp_dbm"`
	SINR_db           float64         `json:"sinr_db"`
	Sigma_db          float64         `json:"sigma_db"`
	Probability       float64         `json:"probability"`
	Flags             []string        `json:"flags"`
	Assumed           []string        `json:"assumed" doc:"Attributes of the cell that are defaults"`
}

// SignalBlocker stands in the way.
type SignalBlocker struct {
	Building string  `json:"building" doc:"Empty for the ground"`
	Name     string  `json:"name"`
	From_m   float64 `json:"from_m"`
	To_m     float64 `json:"to_m"`
	Above_m  float64 `json:"above_m"`
}

// signals explains 5G at a place given in degrees; nil when there are no cells.
func (p *Pipeline) signals(ctx context.Context, community string, lonLat orb.Point) (*Signals, error) {
	built, err := p.radioFor(ctx, community)
	if err != nil || built == nil {
		return nil, err
	}
	here, err := built.scene.transform.ForwardPoint(lonLat)
	if err != nil {
		return nil, err
	}
	t := built.model.Params().Thresholds
	out := &Signals{
		Run: built.run, Place: "outdoor", Missing: built.model.Missing(), Links: []Signal{},
		Threshold: SignalThreshold{ID: t.ID, Title: t.Title, Sourced: t.Sourced, RSRP_dbm: t.RSRPdBm, SINR_db: t.SINRdB, Probability: t.Probability},
	}
	found := built.model.Here(here, maxSignals)
	if found.Indoor {
		out.Place = "indoor"
	}
	if out.Missing == nil {
		out.Missing = []geo.Text{} // a list in JSON, not null
		out.Covered = &found.Covered
	}
	cells := cellsByID(built.model)
	for _, link := range found.Links {
		signal, err := built.signal(cells[link.Cell], link)
		if err != nil {
			return nil, err
		}
		out.Links = append(out.Links, signal)
	}
	return out, nil
}

func cellsByID(m *radio.Model) map[string]*radio.Cell {
	cells := m.Cells()
	out := make(map[string]*radio.Cell, len(cells))
	for i := range cells {
		out[cells[i].ID] = &cells[i]
	}
	return out
}

func (b *radioModel) signal(cell *radio.Cell, l radio.Link) (Signal, error) {
	at, err := b.scene.transform.InversePoint(cell.At)
	if err != nil {
		return Signal{}, err
	}
	out := Signal{
		Cell: l.Cell, Site: cell.Site, Operator: cell.Operator, Band: cell.Band, At: at[:],
		Distance_m: l.DistanceM, Off_azimuth_deg: l.OffAzimuthDeg, Below_horizon_deg: l.BelowHorizonDeg, Path: string(l.Path),
		Blockers: make([]SignalBlocker, len(l.Blockers)), Scenario: l.Scenario, EPRE_dbm: l.EPREdBm, Gain_dbi: l.GainDBi,
		Path_loss_db: l.PathLossDB, Diffraction_db: l.DiffractionDB, Inside_m: l.InsideM, Entry_db: l.EntryDB,
		Calibration_db: l.CalibrationDB, RSRP_dbm: l.RSRPdBm, SINR_db: l.SINRdB, Sigma_db: l.SigmaDB, Probability: l.Probability,
		Flags: orEmpty(l.Flags), Assumed: orEmpty(cell.Assumed),
	}
	for i, x := range l.Blockers {
		out.Blockers[i] = SignalBlocker{x.Building, x.Name, x.FromM, x.ToM, x.AboveM}
	}
	return out, nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Section is the side view from a cell to a place.
type Section struct {
	Cell      string         `json:"cell"`
	Length_m  float64        `json:"length_m"`
	Ground    [][2]float64   `json:"ground" doc:"Metres along the section, and height in metres"`
	Solids    []SectionSolid `json:"solids"`
	From_m    float64        `json:"from_m" doc:"Height of the antenna"`
	To_m      float64        `json:"to_m" doc:"Height of the phone"`
	Fresnel_m float64        `json:"fresnel_m" doc:"Radius of the first Fresnel zone half-way"`
	Link      Signal         `json:"link"`
}

// SectionSolid is a building cut by the section.
type SectionSolid struct {
	Building     string  `json:"building"`
	Name         string  `json:"name"`
	From_m       float64 `json:"from_m"`
	To_m         float64 `json:"to_m"`
	Base_m       float64 `json:"base_m"`
	Top_m        float64 `json:"top_m"`
	Blocks       bool    `json:"blocks"`
	Owns_antenna bool    `json:"owns_antenna"`
	Holds_phone  bool    `json:"holds_phone"`
	Assumed      bool    `json:"assumed"`
}

// RadioSection draws the path from a cell to a place given in degrees.
func (p *Pipeline) RadioSection(ctx context.Context, community, cell string, lonLat orb.Point) (Section, error) {
	built, err := p.radioFor(ctx, community)
	if err != nil {
		return Section{}, err
	}
	i := -1
	if built != nil {
		i = slices.IndexFunc(built.model.Cells(), func(c radio.Cell) bool { return c.ID == cell })
	}
	if i < 0 {
		return Section{}, geo.Refuse(geo.Tf("没有可计算的 5G 小区 %q", "there is no 5G cell %q to compute with", cell),
			geo.T("检查小区标识，以及它的属性是否齐全", "check its id, and that its attributes are complete"))
	}
	here, err := built.scene.transform.ForwardPoint(lonLat)
	if err != nil {
		return Section{}, err
	}
	s := built.model.Section(i, here)
	link, err := built.signal(&built.model.Cells()[i], built.model.Link(i, here))
	if err != nil {
		return Section{}, err
	}
	out := Section{
		Cell: cell, Length_m: s.LengthM, Ground: make([][2]float64, len(s.Ground)), Solids: make([]SectionSolid, len(s.Solids)),
		From_m: s.FromM, To_m: s.ToM, Fresnel_m: s.FresnelM, Link: link,
	}
	for i, g := range s.Ground {
		out.Ground[i] = [2]float64{g.AtM, g.HeightM}
	}
	for i, x := range s.Solids {
		out.Solids[i] = SectionSolid{x.Building, x.Name, x.FromM, x.ToM, x.BaseM, x.TopM, x.Blocks, x.OwnsAntenna, x.HoldsPhone, x.Assumed}
	}
	return out, nil
}
