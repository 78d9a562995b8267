package walk

import (
	"yiju/geo"
)

// What a network tells about its inputs.
var (
	noteNoPlace     = geo.T("道路没有可用的几何，未计入路网", "ways without a usable geometry are left out of the network")
	noteClass       = geo.T("道路没有等级，按可步行处理", "ways without a class are taken as open to people on foot")
	noteAccessWord  = geo.T("道路的步行通行值不认识，按等级判断", "ways with an access value that is not known are judged by their class")
	noteSteep       = geo.T("坡度超过方案上限的路段不可通行", "stretches steeper than the profile allows are closed")
	noteNoSlope     = geo.T("没有地形也没有坡度数据，按平地计算", "there is neither terrain nor incline, so ways are taken as flat")
	noteJoined      = geo.T("端点离相邻道路在容差以内，已接通", "loose ends within the tolerance of another way are joined to it")
	noteWallCut     = geo.T("围墙或封闭小区边界截断了道路，交点处没有门", "ways are cut by a wall or the boundary of a gated compound where no gate is drawn")
	noteShutGate    = geo.T("常闭或禁止步行的门截断了道路", "ways are cut by a gate that is locked or closed to people on foot")
	notePrivateGate = geo.T("仅内部人员可用的门：里面的人可以出来，外人不能进入", "gates for residents only: whoever is inside may leave, strangers may not enter")
	noteUselessGate = geo.T("仅内部人员可用的门两侧本来就相通，按关闭处理", "gates for residents only, both sides of which are open anyway, are taken as closed")
	noteNoGate      = geo.T("封闭小区的边界上没有任何门，里面的人无法出来，请补绘大门", "gated compounds without any gate on their boundary: nobody gets out; draw the gates")
	noteSquare      = geo.T("广场入口过多，只按外缘和中心辐射线步行", "squares with too many entries are walked along their outline and by spokes only")
	noteSeparate    = geo.T("人行道另绘的道路，其中心线不供步行", "roads whose sidewalks are drawn separately are not walked along their own line")
	noteNoWays      = geo.T("没有可步行的道路", "there are no ways to walk on")
)
