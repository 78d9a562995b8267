package postgis

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/lib/pq"

	"yiju/geo"
	"yiju/layers"
)

func badURL() *geo.Fault {
	return geo.Refuse(geo.T("数据库地址无法识别", "the address of the database is not understood"),
		geo.T("写成 postgres://用户:密码@主机:5432/数据库?schema=yiju；密码中的特殊字符用 % 编码", "write postgres://user:password@host:5432/database?schema=yiju; encode special characters of the password with %"))
}

// code gives PostgreSQL's code of an error; empty for others.
func code(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

// fault words an error for the person at the keyboard. Errors that callers look
// for pass as they are; what the server said is kept for the log only.
func (s *Store) fault(err error) error {
	switch {
	case err == nil, geo.AsFault(err) != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, new(*layers.InvalidError)), errors.As(err, new(*layers.ConflictError)),
		errors.As(err, new(*layers.NoLayerError)), errors.As(err, new(*layers.NoRevisionError)):
		return err
	}
	if f := s.serverFault(code(err)); f != nil {
		return f.Because(err)
	}
	var network net.Error
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported):
		return geo.Refuse(geo.Tf("数据库服务器 %s 不支持加密连接", "the database server %s does not encrypt connections", s.where.host),
			geo.T("若网络可信，在地址后加 sslmode=disable", "if the network is trusted, add sslmode=disable to the address")).Because(err)
	case errors.As(err, &network):
		return geo.Refuse(geo.Tf("无法连接数据库服务器 %s", "the database server %s cannot be reached", s.where.host),
			geo.T("检查服务器是否运行、主机和端口是否正确、防火墙是否放行", "check that the server runs, that host and port are right, and that no firewall is between")).Because(err)
	}
	return fmt.Errorf("postgis: %w", err)
}

// serverFault words what a server says by its code (PostgreSQL documentation,
// appendix A); nil when there is no code.
func (s *Store) serverFault(code string) *geo.Fault {
	class := ""
	if len(code) == 5 {
		class = code[:2]
	}
	switch {
	case class == "":
		return nil
	case class == "28":
		return geo.Refuse(geo.Tf("数据库服务器 %s 拒绝用户 %s：用户名或密码错误，或不允许从本机连接", "the database server %s refuses user %s: user or password is wrong, or this machine may not connect", s.where.host, s.where.user),
			geo.T("检查地址中的用户和密码，或请管理员修改 pg_hba.conf", "check user and password in the address, or ask the administrator to change pg_hba.conf"))
	case code == "3D000":
		return geo.Refuse(geo.Tf("服务器 %s 上没有数据库 %s", "the server %s has no database %s", s.where.host, s.where.database),
			geo.T("检查名称，或请管理员新建数据库", "check the name, or ask the administrator to create it"))
	case code == "42501":
		return geo.Refuse(geo.Tf("用户 %s 在数据库 %s 的工作区 %s 中没有所需的权限", "user %s lacks rights in database %s, workspace %s", s.where.user, s.where.database, s.schema),
			geo.Tf("请管理员授予在数据库中建立 schema 的权限，或授予 schema %s 的全部权限", "ask the administrator for the right to create schemas in the database, or for all rights on the schema %s", s.schema))
	case class == "53":
		return geo.Refuse(geo.Tf("数据库服务器 %s 资源不足（磁盘、内存或连接数）", "the database server %s has run out of disk, memory or connections", s.where.host),
			geo.T("稍后再试，或请管理员处理", "try again later, or ask the administrator"))
	case class == "57" && code != "57014", class == "08":
		return geo.Refuse(geo.Tf("数据库服务器 %s 正在启动或停止", "the database server %s is starting or stopping", s.where.host),
			geo.T("稍后再试", "try again in a moment"))
	case code == "57014", code == "55P03":
		return geo.Refuse(geo.T("数据库未能在限定时间内完成操作：可能有其他写入正在进行", "the database did not finish in time: another write may be going on"),
			geo.T("稍后再试；若重复出现，减小每批的数量", "try again later; if it happens again, write smaller batches"))
	case code == "25006":
		return geo.Refuse(geo.Tf("数据库 %s 只读", "database %s is read-only", s.where.database),
			geo.T("连接主服务器，而不是备份服务器", "connect to the primary server, not to a replica"))
	}
	return geo.Refuse(geo.Tf("数据库拒绝了操作（代码 %s）", "the database refused the operation (code %s)", code),
		geo.T("查看日志，并把代码告知管理员", "look into the log and tell the administrator the code"))
}
