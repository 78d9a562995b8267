package sight

import (
	"yiju/geo"
)

// maxNoteIDs bounds the ids that a note names: who mends records wants many.
const maxNoteIDs = 200

// What a run tells about its inputs.
var (
	noteFloors         = geo.T("建筑高度按层数×3米估算", "heights of buildings are taken as floors × 3 m")
	noteNoHeight       = geo.T("建筑高度和层数未知，其背后是否可见不能判定", "height and floors of buildings are unknown; whether anything behind them is seen cannot be said")
	noteAssumedHeight  = geo.T("建筑高度取默认值", "heights of buildings are defaults")
	noteNoBarrier      = geo.T("围墙高度未知，其背后是否可见不能判定", "heights of walls are unknown; whether anything behind them is seen cannot be said")
	noteAssumedBarrier = geo.T("围墙高度取默认值", "heights of walls are defaults")
	noteNoPlace        = geo.T("摄像机没有位置", "cameras without a place")
	noteLacks          = geo.T("摄像机缺少计算视野所需的属性，视野不能判定", "cameras lack attributes that a view depends on; nothing is said of what they see")
	noteIndoors        = geo.T("摄像机在建筑内部，不计室外视野", "cameras stand inside buildings and see nothing outdoors")
	noteAssumed        = geo.T("摄像机部分属性取默认值，结果标为估计", "attributes of cameras are defaults; what rests on them is marked assumed")
	noteNoTerrain      = geo.T("没有地形，按平地计算", "there is no terrain, so the ground is taken as flat")
	noteTerrainGap     = geo.T("部分范围没有地形高程，取最近的已知高程", "the terrain does not know the height of some places; that of the nearest known one is taken")
	noteUnverified     = geo.T("像素密度表的数值未经核实", "the figures of the table of classes are not verified")
	noteRequired       = geo.T("重点部位没有写明要求等级，按类型取值", "key points do not say which class they need; it is taken by their kind")
	noteNoRequired     = geo.T("重点部位的要求等级未知，是否覆盖不能判定", "the class that key points need is unknown; whether they are covered cannot be said")
	noteFacadeUnknown  = geo.T("建筑用途或层数未知，可能是高层住宅，立面监测不能判定", "use or floors of buildings are unknown: they may be high residential ones whose façades must be watched")
	noteFacadeNone     = geo.T("高层住宅的外墙全部与其他建筑相接，没有可监测的立面", "all walls of high residential buildings stand against others; there is no façade to watch")
	noteFences         = geo.T("围栏按可透视处理", "fences are taken as see-through")
)
