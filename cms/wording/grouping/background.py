"""
What any collection of citizens' messages is full of, and so tells no matter from another. In a
large collection the counts say it as well; a small one has too few texts to show it.
"""

# Share of texts taken to hold the words -> the words.
COMMON_WORDS = {
    0.3: """
        您好 你好 尊敬的 领导 我们 我是 希望 问题 解决 谢谢 请问 政府 部门 有关 相关 相关部门
        the and for you that this with have are not but they was from our will would should can
        there their what about more all been has when who which your were them these those than
        to of in is it a an i we be on or as at by if so do
    """,
    0.1: """
        居民 小区 业主 市民 群众 老百姓 百姓 大家 现在 已经 一直 可以 能够 能否 是否 如何 什么
        怎么 为什么 这个 那个 这样 没有 不是 还是 就是 但是 因为 所以 如果 而且 或者 进行 情况
        反映 投诉 举报 建议 要求 请求 恳请 处理 尽快 及时 给予 回复 答复 帮助 关注 重视 落实
        方面 时间 今年 去年 目前 工作 生活 影响 严重 非常 很多 许多 多次 每天 自己 他们 你们
        其他 通过 根据 关于 对于 以及 需要 应该 应当 认为 觉得 感谢 支持 同意 反对 不同意 意见
        加强 管理 工作人员 电话 附近 周边 街道 社区 城市 本人 家里 孩子 老人 物业 开发商 县长
        市长 书记 局长 百忙之中 打扰 为民做主 一个 一些 不能 不知道 得到 造成 导致 出现 发生
        存在 长期 至今 之前 之后 以后 期间 左右 以上 以下 其中 作为 是不是 有没有 能不能
        可不可以 这里 那里 这种 这些 那些 时候 问一下 咨询 请问一下 此致 敬礼 please need like
        think just make people city town because could want good very also get some other into
        only out up how any no much many my me
    """,
}

# Words of two or three characters that citizens use for one another.
SAME_MEANING = (
    ("噪音", "噪声"),
    ("停车位", "车位"),
    ("修缮", "维修", "修理", "检修"),
    ("路灯", "街灯"),
    ("公交", "巴士"),
    ("老人", "老年人", "长者"),
    ("孩子", "小孩", "儿童"),
    ("清理", "清除", "清运"),
    ("扰民", "吵闹"),
    ("臭味", "异味", "恶臭"),
    ("下水道", "排水管"),
    ("补贴", "补助", "津贴"),
    ("学校", "校园"),
    ("收费", "费用"),
)
