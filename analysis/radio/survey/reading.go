package survey

import (
	"slices"

	"yiju/analysis"
	"yiju/geo"
)

// entrySeen is the share of the loss of walls below which it is told that none shows.
const entrySeen = 0.2

// reading lists what a reader of the figures should know.
func (s *Survey) reading(r *Report) []analysis.Note {
	out := []analysis.Note{{Code: "selection", Layer: "measurements", Text: geo.T(
		"实测数据只存在于手机接入网络之处：没有数据不等于没有覆盖，弱信号的样本偏少，校准因此偏乐观",
		"measurements exist only where phones were served: no row does not mean no coverage, and weak signal is under-represented; the calibration errs on the bright side")}}
	note := func(code, layer string, text geo.Text) {
		out = append(out, analysis.Note{Code: code, Layer: layer, Text: text})
	}
	if s.options.PlaceM > 0 {
		note("place", "measurements", geo.Tf("手机位置按 ±%g 米不确定处理：遮挡建筑数取五处平均", "places of phones are taken as uncertain by %g m: buildings in the way are averaged over five places", s.options.PlaceM))
	}
	if o := s.obstacles; o.Source == "measured" {
		note("presumed", "", geo.Tf("没有建筑轮廓：由 %[1]d 个实测方格（%[2]g 米）的建筑高度拼成建筑；被实测方格包围而从无手机的 %[3]d 个方格按有建筑计，高 %[4]g 米（已知高度的中位数）",
			"there are no outlines of buildings: %[1]d measured squares (%[2]g m) with a height stand in for them; %[3]d squares amid measured ones where no phone ever was are presumed built, %[4]g m high (the median of the known heights)",
			o.Built, o.SquareM, o.Presumed, o.PresumedM))
	}
	if r.TestSites == 0 {
		note("not_tested", "", geo.T("全部站点都用于拟合，只有交叉验证的数字说明它在别处的表现", "all sites were fitted on; only the folds tell how it does elsewhere"))
	}
	for _, f := range r.Fitted {
		switch {
		case f.Pooled:
			note("pooled", "", geo.T("没有一个频段的数据足够：全部频段合用一组参数", "no band has rows enough: all bands share one calibration"))
		case !f.Enough:
			note("band_left_nominal", "", geo.Tf("频段 %[1]q 只有 %[2]d 行、%[3]d 个站点（至少 %[4]d 行、%[5]d 个），不校准",
				"band %[1]q has only %[2]d rows at %[3]d sites (%[4]d at %[5]d are needed) and stays uncalibrated", f.Band, f.Rows, f.Sites, LeastRows, LeastSites))
		case f.Shared:
			note("shared_law", "", geo.Tf("频段 %[1]q：视距 %[2]d 行、非视距 %[3]d 行，其一不足 %[4]d 行或 %[5]d 个站点，两者共用一组参数",
				"band %[1]q: %[2]d rows with a free path and %[3]d blocked; one of them is below %[4]d rows or %[5]d sites, so both share their figures", f.Band, f.LOSRows, f.NLOSRows, LeastRows, LeastSites))
		}
	}
	for band, b := range r.Calibration.Bands {
		if share := b.Indoor.EntryShare; share != nil && *share < entrySeen && slices.ContainsFunc(r.Fitted, func(f Fitted) bool { return f.Band == band && f.IndoorRows >= LeastRows }) {
			note("entry_not_seen", "", geo.T("实测中看不出墙体损耗：手机位置不够准确，分不清室内外，或室内由专门的小区服务。用这一校准算出的室内覆盖偏高，不要据此下结论；需要时把 indoor 的 entry_share 改为 1",
				"the measurements show no loss of walls: places are too uncertain to tell indoors from outdoors, or cells of their own serve indoors. Indoor coverage computed with this calibration is too good to be relied on; set entry_share of indoor to 1 where it matters"))
			break
		}
	}
	if r.Test != nil && r.Test.RMSEDB >= r.Test.MeasuredSDDB {
		note("no_gain", "", geo.T("在未参与拟合的站点上，校准后的预测不如取实测平均值：不要使用这一校准", "on sites not fitted on the calibrated prediction does no better than the mean of the measurements: do not use this calibration"))
	}
	return append(slices.Clip(out), s.notes.all()...)
}
